"""The back office's report on looks at personal data (N4, ADR 37)."""

from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic.history import HistoryFilterSet, LogEntryUserColumn
from wagtail.admin.views.reports import ReportView
from wagtail.log_actions import registry as log
from wagtail.models import ModelLogEntry

from academy.core.rights import RightRequiredMixin
from academy.core.spreadsheets import ExportColumn, PlainCells
from academy.people.models import Volunteer
from academy.people.permissions import Right
from academy.people.services import personal_data


class ViewsOfPeopleFilterSet(HistoryFilterSet):
    """Filters by kind of look, by user and by day."""

    class Meta:
        model = ModelLogEntry
        fields: list[str] = []


class ViewsOfPeople(PlainCells, RightRequiredMixin, ReportView):
    """Report of users who viewed data of people under 14, and of leaders who looked people up.

    It shows only the volunteers' numbers.
    """

    right = Right.GRANT_DUTIES
    page_title = _("Who looked at personal data")
    header_icon = "view"
    index_url_name = "views_of_people"
    index_results_url_name = "views_of_people_results"
    filterset_class = ViewsOfPeopleFilterSet
    model = ModelLogEntry
    columns = [
        TitleColumn(
            "label",
            label=capfirst(_("volunteer number")),
            get_url=lambda entry: reverse("volunteer:history", args=[entry.object_id]),
        ),
        Column("action", label=_("Action"), accessor=lambda entry: log.get_action_label(entry.action)),
        LogEntryUserColumn("user", label=_("Who viewed it")),
        Column("page", label=_("On which page"), accessor=lambda entry: entry.data.get("page", "")),
        DateColumn("timestamp", label=_("When")),
    ]

    list_export = [
        ExportColumn("label", _("volunteer number")),
        ExportColumn("action", _("Action"), lambda entry: log.get_action_label(entry.action)),
        ExportColumn("user", _("Who viewed it")),
        ExportColumn("page", _("On which page"), lambda entry: entry.data.get("page", "")),
        ExportColumn("timestamp", _("When")),
    ]

    def get_queryset(self) -> QuerySet[ModelLogEntry]:
        volunteers = Volunteer.objects.in_communities(self.communities)
        ids = volunteers.annotate(id_as_text=Cast("pk", CharField())).values("id_as_text")
        entries: QuerySet[ModelLogEntry] = ModelLogEntry.objects.get_for_model(Volunteer)
        shown = (personal_data.MINOR_VIEWED, personal_data.SEARCHED)
        return entries.filter(action__in=shown, object_id__in=ids).select_related("user")

    def get_filterset_kwargs(self) -> dict[str, Any]:
        # The filters offer the users of these entries. Without a queryset they offer those of all communities.
        return {**super().get_filterset_kwargs(), "queryset": self.get_queryset()}
