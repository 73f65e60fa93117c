"""Reports for staff who view figures: deadlines (K3), and records that one person decided alone (K4)."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.permissions import policy_registry

from academy.core import shown_hours
from academy.core.rights import RightRequiredMixin, right_required
from academy.core.signals import objects_shown
from academy.core.spreadsheets import ExportColumn, PlainCells
from academy.core.veil import Veil
from academy.desk.exports import deadlines_response
from academy.desk.selectors import calendar_missing
from academy.hours.exports import minutes_that_count, of_category
from academy.hours.models import ServiceRecord
from academy.hours.services import deadlines
from academy.people.exports import person_columns
from academy.people.http import user_of
from academy.people.permissions import Right

DEADLINES_TITLE = _("Confirm and evaluate in time")


@right_required(Right.VIEW_FIGURES)
def show_deadlines(request: HttpRequest) -> HttpResponseBase:
    """Show past activities that are not yet confirmed and evaluated, the most overdue first."""
    user = user_of(request)
    found = deadlines.running(user.communities_for(Right.VIEW_FIGURES), at=timezone.now())
    if (kind := request.GET.get("export")) in ("csv", "xlsx"):
        return deadlines_response(kind, DEADLINES_TITLE, found, practice=user_of(request).is_practising)
    running = [(one, user.may(Right.CONFIRM_HOURS, one.activity.community_id)) for one in found]
    context = {"page_title": DEADLINES_TITLE, "header_icon": "time", "running": running}
    context |= calendar_missing(user)
    return render(request, "desk/admin/deadlines.html", context)


class DecidedAlone(PlainCells, RightRequiredMixin, ReportView):
    """Records that one person decided alone (单人经办)."""

    right = Right.VIEW_FIGURES
    page_title = _("Handled by one person")
    header_icon = "user"
    index_url_name = "decided_alone"
    index_results_url_name = "decided_alone_results"
    model = ServiceRecord
    is_searchable = False
    shown_columns = [
        Column("volunteer", label=_("volunteer")),
        Column("activity", label=_("activity"), accessor="described.title"),
        Column("date", label=_("date")),
        Column(
            "hours", label=_("hours"), accessor=lambda record: shown_hours.hours(record.minutes, record.community_id)
        ),
        Column("state", label=_("state"), accessor="get_state_display"),
        Column("confirmed_by", label=_("confirmed by")),
    ]

    list_export = [
        *person_columns(),
        ExportColumn("described.title", _("activity")),
        "date",
        *of_category(minutes_that_count),
        "state",
        "confirmed_by",
        "confirmed_at",
    ]

    @cached_property
    def veil(self) -> Veil:
        return Veil(policy_registry.get_by_type(self.model), self.request.user)

    @cached_property
    def columns(self) -> list[Column]:
        return self.veil.columns(self.shown_columns)

    def covered(self, item: ServiceRecord, path: str, value: Any) -> Any:
        return self.veil.cover(item, path, value)

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Render the page, and log whose records it shows (N4)."""
        objects_shown.send(sender=ServiceRecord, request=self.request, objects=list(context["object_list"]))
        response: HttpResponse = super().render_to_response(context, **kwargs)
        return response

    def get_queryset(self) -> QuerySet[Any]:
        alone = ServiceRecord.objects.live().filter(alone=True, community__in=self.communities)
        related = ("volunteer__merged_into", "activity", "confirmed_by__volunteer")
        return alone.select_related(*related).order_by("-date", "-pk")
