"""The back office's report on views of data of people under 14 (N4)."""

from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic.history import HistoryFilterSet, LogEntryUserColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import ModelLogEntry

from academy.core.viewsets import RightRequiredMixin
from academy.people.models import Volunteer
from academy.people.permissions import Right
from academy.people.services import personal_data


class ViewsOfMinorsFilterSet(HistoryFilterSet):
    """Filters by user and by day."""

    def get_action_choices(self) -> list[Any]:
        return []

    class Meta:
        model = ModelLogEntry
        fields: list[str] = []


class ViewsOfMinors(RightRequiredMixin, ReportView):
    """Report of users who viewed data of people under 14. It shows only the volunteers' numbers."""

    right = Right.GRANT_DUTIES
    page_title = _("Who viewed data of under-14s")
    header_icon = "view"
    index_url_name = "views_of_minors"
    index_results_url_name = "views_of_minors_results"
    filterset_class = ViewsOfMinorsFilterSet
    model = ModelLogEntry
    columns = [
        TitleColumn(
            "label",
            label=capfirst(_("volunteer number")),
            get_url=lambda entry: reverse("volunteer:history", args=[entry.object_id]),
        ),
        LogEntryUserColumn("user", label=_("Who viewed it")),
        Column("page", label=_("On which page"), accessor=lambda entry: entry.data.get("page", "")),
        DateColumn("timestamp", label=_("When")),
    ]

    def get_queryset(self) -> QuerySet[ModelLogEntry]:
        volunteers = Volunteer.objects.in_communities(self.communities)
        ids = volunteers.annotate(id_as_text=Cast("pk", CharField())).values("id_as_text")
        entries: QuerySet[ModelLogEntry] = ModelLogEntry.objects.get_for_model(Volunteer)
        return entries.filter(action=personal_data.MINOR_VIEWED, object_id__in=ids).select_related("user")
