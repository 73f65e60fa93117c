"""The back office's read-only lists of requests about hours."""

from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSetGroup

from academy.activities.decisions import NeedExceptionKind, PlanChangeKind
from academy.activities.models import PlanChange
from academy.activities.plans import describe_change
from academy.core.columns import CountedDayColumn
from academy.core.spreadsheets import ExportColumn
from academy.decisions.viewsets import DECIDED, DECISION, RequestIndexView, RequestViewSet
from academy.hours import decisions
from academy.people.exports import person_columns
from academy.proposals.decisions import ProposalKind

OF_RECORD = [
    *person_columns("record.volunteer"),
    ExportColumn("record.described.title", _("activity")),
    ExportColumn("record.date", _("date of service")),
]


class MakeUpIndexView(RequestIndexView):
    chosen_for = "make-up"
    ask_label = _("Ask for missing hours")


class ObjectionIndexView(RequestIndexView):
    chosen_for = "objection"
    ask_label = _("Object to hours on notice")


class CorrectionIndexView(RequestIndexView):
    chosen_for = "correction"
    ask_label = _("Correct hours")


class MakeUpViewSet(RequestViewSet):
    index_view_class = MakeUpIndexView
    kind = decisions.MakeUpKind
    list_filter = ["way", "accepted", "alone"]
    search_fields = ["volunteer__name", "volunteer__number", "shift__activity__title"]
    list_export = [
        *person_columns(),
        ExportColumn("shift.activity", _("activity")),
        ExportColumn("shift.starts_at", _("starts")),
        "way",
        "came_at",
        "left_at",
        ExportColumn("witness.stays.name", _("witness")),
        *DECISION,
    ]


class ObjectionViewSet(RequestViewSet):
    index_view_class = ObjectionIndexView
    kind = decisions.ObjectionKind
    due_on = CountedDayColumn("due_on", label=_("to be decided by"), sort_key="due_on")
    search_fields = ["record__volunteer__name", "record__volunteer__number", "record__activity__title"]
    list_export = [
        *OF_RECORD,
        "objector",
        "due_on",
        ExportColumn("is_late", _("after the last day")),
        *DECISION,
    ]

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.list_display = [self.due_on if column == "due_on" else column for column in self.list_display]


class CorrectionProposalViewSet(RequestViewSet):
    index_view_class = CorrectionIndexView
    kind = decisions.CorrectionKind
    search_fields = ["record__volunteer__name", "record__volunteer__number", "record__activity__title"]
    list_export = [*OF_RECORD, "minutes_before", "minutes_after", *DECISION]


class DailyApprovalViewSet(RequestViewSet):
    kind = decisions.DailyApprovalKind
    search_fields = ["volunteer__name", "volunteer__number"]
    list_export = [*person_columns(), "date", "minutes", *DECISION]


class OvertimeViewSet(RequestViewSet):
    kind = decisions.OvertimeKind
    search_fields = ["shift__activity__title"]
    list_export = [
        ExportColumn("shift.activity", _("activity")),
        ExportColumn("shift.starts_at", _("starts")),
        ExportColumn("shift.ends_at", _("ends")),
        "until",
        *DECISION,
    ]


def _changes(change: PlanChange) -> list[str]:
    return [str(one) for one in describe_change(change.before, change.after)]


class PlanChangeInspectView(generic.InspectView):
    """A change of plan in words."""

    def get_after_display_value(self) -> SafeString:
        changes = describe_change(self.object.before, self.object.after)
        return format_html_join("", "<div>{}</div>", ((change,) for change in changes))


class PlanChangeViewSet(RequestViewSet):
    kind = PlanChangeKind
    inspect_view_class = PlanChangeInspectView
    inspect_view_fields = ["activity", "after", "reason", *DECIDED, "answer"]
    search_fields = ["activity__title"]
    list_export = ["activity", ExportColumn("after", _("what changes"), _changes), *DECISION]


def _activity_of(request: Any) -> str:
    return str(request.role.activity)


class NeedExceptionViewSet(RequestViewSet):
    kind = NeedExceptionKind
    inspect_view_fields = ["volunteer", "role", "missing", "reason", *DECIDED, "answer"]
    search_fields = ["role__activity__title", "role__name"]
    list_export = ["volunteer", ExportColumn("activity", _("activity"), _activity_of), "role", *DECISION]


class ProposalRequestViewSet(RequestViewSet):
    kind = ProposalKind
    inspect_view_fields = ["proposal", "reason", *DECIDED, "answer"]
    search_fields = ["proposal__title"]
    list_export = ["proposal", *DECISION]


class RequestsGroup(ModelViewSetGroup):
    menu_label = _("Requests")
    menu_icon = "clipboard-list"
    menu_order = 310
    items = (
        MakeUpViewSet("make_up"),
        ObjectionViewSet("objection"),
        CorrectionProposalViewSet("correction_proposal"),
        DailyApprovalViewSet("daily_approval"),
        OvertimeViewSet("overtime"),
        PlanChangeViewSet("plan_change"),
        NeedExceptionViewSet("need_exception"),
        ProposalRequestViewSet("proposal_request"),
    )
