"""Chooser of a volunteer in the forms of the back office; it tells people of one name apart."""

from typing import Any

from django.db.models import ForeignKey, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.ui.tables import Column

from academy.core.choosers import CommunityChooser, CommunityChooserViewSet
from academy.people import finding, namesakes
from academy.people.models import Volunteer


class _PresentVolunteers:
    """Mixin that leaves out merged people, and shows what tells the others apart."""

    def get_object_list(self) -> Any:
        return super().get_object_list().present()  # type: ignore[misc]

    def get_results_page(self, request: Any) -> Any:
        page = super().get_results_page(request)  # type: ignore[misc]
        self._facts = namesakes.facts_of(page.object_list)
        return page

    @property
    def columns(self) -> list[Column]:
        title, *others = super().columns  # type: ignore[misc]
        title.label, title.accessor = pgettext_lazy("of a person", "name"), "name"
        apart = Column(
            "apart", label=_("number, phone, unit"), accessor=lambda person: " · ".join(self._facts[person.pk])
        )
        return [title, apart, *others]


class _ChooseView(_PresentVolunteers, CommunityChooserViewSet.choose_view_class):  # type: ignore[misc, valid-type]
    pass


class _ChooseResultsView(_PresentVolunteers, CommunityChooserViewSet.choose_results_view_class):  # type: ignore[misc, valid-type]
    pass


class _ChosenView(CommunityChooserViewSet.chosen_view_class):  # type: ignore[misc, valid-type]
    def get_display_title(self, instance: Volunteer) -> str:
        return namesakes.in_one_line(instance)


class VolunteerChooser(CommunityChooser):
    def get_display_title(self, instance: Volunteer) -> str:
        return namesakes.in_one_line(instance)


class VolunteerChooserViewSet(CommunityChooserViewSet):
    model = Volunteer
    base_widget_class = VolunteerChooser
    choose_view_class = _ChooseView
    choose_results_view_class = _ChooseResultsView
    chosen_view_class = _ChosenView
    icon = "user"
    choose_one_text = _("Choose a volunteer")
    choose_another_text = _("Choose another volunteer")
    edit_item_text = _("Open this volunteer")

    def find(self, objects: QuerySet[Volunteer], typed: str) -> QuerySet[Volunteer]:
        return finding.find(objects, typed)


volunteer_chooser = VolunteerChooserViewSet("volunteer_chooser")

# Register at import and not when Wagtail registers the chooser: form classes need the widget at their own import.
register_form_field_override(ForeignKey, to=Volunteer, override={"widget": volunteer_chooser.widget_class})
