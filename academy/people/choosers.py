"""Chooser of a volunteer in the forms of the back office."""

from typing import Any

from django.db.models import ForeignKey
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import register_form_field_override

from academy.core.choosers import CommunityChooserViewSet
from academy.people.models import Volunteer


class _PresentVolunteers:
    """Mixin that leaves out merged people."""

    def get_object_list(self) -> Any:
        return super().get_object_list().present()  # type: ignore[misc]


class _ChooseView(_PresentVolunteers, CommunityChooserViewSet.choose_view_class):  # type: ignore[misc, valid-type]
    pass


class _ChooseResultsView(_PresentVolunteers, CommunityChooserViewSet.choose_results_view_class):  # type: ignore[misc, valid-type]
    pass


class VolunteerChooserViewSet(CommunityChooserViewSet):
    model = Volunteer
    choose_view_class = _ChooseView
    choose_results_view_class = _ChooseResultsView
    icon = "user"
    choose_one_text = _("Choose a volunteer")
    choose_another_text = _("Choose another volunteer")
    edit_item_text = _("Open this volunteer")
    search_fields = ("name", "number", "phone")


volunteer_chooser = VolunteerChooserViewSet("volunteer_chooser")

# Register at import and not when Wagtail registers the chooser: form classes need the widget at their own import.
register_form_field_override(ForeignKey, to=Volunteer, override={"widget": volunteer_chooser.widget_class})
