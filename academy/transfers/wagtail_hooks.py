from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from academy.transfers.upload_viewsets import OutcomeView
from academy.transfers.viewsets import HoursGroup


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    # No page of the viewset: the upload may be deleted, so the view is bounded by the work's community.
    return [path("upload/outcome/<int:work>/", OutcomeView.as_view(), name="import_outcome")]


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    # Entries of the log hold these names, which are older than this app.
    actions.register_action("hours.import", _("Import past service"), _("Past service imported"))
    actions.register_action("hours.take_back_import", _("Take the import back"), _("Import taken back"))
    actions.register_action("hours.fill_form", _("Fill the form"), _("Form of the platform filled"))
    actions.register_action("hours.hand_over", _("Hand over"), _("Records handed over"))


hooks.register("register_admin_viewset", HoursGroup)
