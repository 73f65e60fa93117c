"""Screens of Wagtail's that know no community, limited to what the user may see."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from wagtail.actions.move_page import MovePageAction
from wagtail.contrib.redirects import views as redirects
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.documents.views import documents
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.images.models import Image
from wagtail.images.views import chooser, images
from wagtail.models import Page

from academy.core.http import read_id
from academy.core.spreadsheets import PlainCells
from cms.bounds import FILES, tags_of, visible_to

_MOST_TAGS = 10


class OneFolder:
    """Mixin for a list of files: no column for the folder, since each community has one."""

    @cached_property
    def columns(self) -> list[Any]:
        return [column for column in super().columns if column.name != "collection"]  # type: ignore[misc]


class OwnTags(OneFolder, PlainCells):
    """Mixin for a list of files: its filter offers only tags of files that the user may see.

    Wagtail answers `?export=` with an empty workbook here: these lists have no columns for a file.
    """

    request: HttpRequest

    @cached_property
    def filters(self) -> Any:
        filters = super().filters  # type: ignore[misc]
        if filters and (tags := filters.form.fields.get("tag")):
            names = tags_of(self.request.user, filters._meta.model).values_list("name", flat=True)[:_MOST_TAGS]
            tags.choices = [(name, name) for name in names]
        return filters


class ImagesView(OwnTags, images.IndexView):
    pass


class DocumentsView(OwnTags, documents.IndexView):
    pass


class FormerAddressesView(PlainCells, redirects.IndexView):
    pass


class ChooseImageResultsView(OneFolder, chooser.ImageChooseResultsView):
    pass


class ChooseImageView(OneFolder, chooser.ImageChooseView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["popular_tags"] = tags_of(self.request.user, Image)[:_MOST_TAGS]
        return context


class ImageChooserViewSet(chooser.ImageChooserViewSet):
    choose_view_class = ChooseImageView
    choose_results_view_class = ChooseImageResultsView


def complete_tag(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Suggest tags that begin with `?term=`, of files that the user may see. Only files have tags."""
    term = request.GET.get("term", "")
    names = tags_of(request.user, *FILES).filter(name__istartswith=term).values_list("name", flat=True)
    return JsonResponse(list(names[:_MOST_TAGS]) if term else [], safe=False)


class _OwnFiles:
    """Mixin for an endpoint of files in Wagtail's admin API."""

    def get_queryset(self) -> QuerySet[Any]:
        endpoint: Any = self
        files: QuerySet[Any] = super().get_queryset()  # type: ignore[misc]
        return files.filter(pk__in=visible_to(endpoint.request.user, endpoint.model).values("pk"))


class ImagesEndpoint(_OwnFiles, ImagesAdminAPIViewSet):
    pass


class DocumentsEndpoint(_OwnFiles, DocumentsAdminAPIViewSet):
    pass


@require_POST
def set_position(request: HttpRequest, page_to_move_id: int) -> HttpResponse:
    """Move a page to `?position=` among its siblings, counted from 0, or to the end.

    Wagtail's own view asks for the right to publish once more when it moves; authors sort the lessons of a course that
    is not published yet.
    """
    page = get_object_or_404(Page, pk=page_to_move_id)
    parent = page.get_parent()
    if parent is None:
        raise Http404
    if not parent.permissions_for_user(request.user).can_reorder_children():
        raise PermissionDenied
    siblings, position = list(parent.get_children()), read_id(request.GET.get("position"))
    place = siblings.index(page)
    if position is None or position >= len(siblings):
        target, side = parent, "last-child"
    else:
        target, side = siblings[position], "left" if position < place else "right"
    if target != page:
        MovePageAction(page, target, pos=side, user=request.user).execute(skip_permission_checks=True)
    return HttpResponse("")
