"""Addresses of Wagtail's admin that our own views answer; they stand before Wagtail's."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access, user_passes_test
from wagtail.admin.urls.reports import urlpatterns as reports
from wagtail.images.models import Image
from wagtail.utils.urlpatterns import decorate_urlpatterns

from academy.core.spreadsheets import PlainCells
from cms import admin_views as views

# They show the latest page of each type, of any community.
_FOR_OPERATORS = {"page_types_usage", "page_types_usage_results"}

# The headings of their files in words, and the ids that nobody needs there.
_PAGE, _KIND, _ASKED_BY = _("page"), _("kind of page"), _("asked for by")
_HEADINGS = {
    "workflow": _("way of approval"),
    "task": _("step of approval"),
    "content_object": _PAGE,
    "workflow_state.content_object.__str__": _PAGE,
    "content_type": _KIND,
    "workflow_state.content_type": _KIND,
    "requested_by": _ASKED_BY,
    "workflow_state.requested_by": _ASKED_BY,
    "started_at": _("begun at"),
    "finished_at": _("ended at"),
    "finished_by": _("ended by"),
    "locked_at": _("locked at"),
    "locked_by": _("locked by"),
}
_IDS = {"object_id", "content_object.pk", "workflow_state.content_object.pk"}

_operators_only = user_passes_test(lambda user: user.is_superuser)
_image_chooser = views.ImageChooserViewSet("wagtailimages_chooser", model=Image, url_prefix="images/chooser")


def _report(pattern: Any) -> Any:
    view = pattern.callback
    own = {
        "__module__": views.__name__,
        "list_export": [name for name in view.view_class.list_export if name not in _IDS],
        "export_headings": {**view.view_class.export_headings, **_HEADINGS},
    }
    plain: Any = type(view.view_class.__name__, (PlainCells, view.view_class), own)
    answer = plain.as_view(**view.view_initkwargs)
    return path(f"reports/{pattern.pattern}", _operators_only(answer) if pattern.name in _FOR_OPERATORS else answer)


urlpatterns = [
    path("pages/<int:page_to_move_id>/set_position/", views.set_position),
    path("images/", views.ImagesView.as_view()),
    path("images/results/", views.ImagesView.as_view(results_only=True)),
    path("images/chooser/", _image_chooser.choose_view),
    path("images/chooser/results/", _image_chooser.choose_results_view),
    path("documents/", views.DocumentsView.as_view()),
    path("documents/results/", views.DocumentsView.as_view(results_only=True)),
    path("redirects/", views.FormerAddressesView.as_view()),
    path("redirects/results/", views.FormerAddressesView.as_view(results_only=True)),
    path("tag-autocomplete/", views.complete_tag),
    path("tag-autocomplete/<slug:app_name>/<slug:model_name>/", views.complete_tag),
    *map(_report, reports),
]

urlpatterns = decorate_urlpatterns(decorate_urlpatterns(urlpatterns, require_admin_access), never_cache)
