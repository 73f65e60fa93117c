"""The back office's read-only lists of requests about hours."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSetGroup

from academy.core.columns import CountedDayColumn
from academy.decisions.viewsets import DECIDED, RequestViewSet
from academy.hours import decisions


class MakeUpViewSet(RequestViewSet):
    kind = decisions.MakeUpKind
    list_filter = ["way", "accepted", "alone"]
    search_fields = ["volunteer__name", "volunteer__number", "shift__activity__title"]
    list_export = ["volunteer", "shift", "way", "came_at", "left_at", "witness", "reason", *DECIDED, "answer"]
    export_filename = "make-ups"


class ObjectionViewSet(RequestViewSet):
    kind = decisions.ObjectionKind
    due_on = CountedDayColumn("due_on", label=_("to be decided by"), sort_key="due_on")
    search_fields = ["record__volunteer__name", "record__volunteer__number", "record__activity__title"]
    list_export = ["record", "objector", "reason", "due_on", *DECIDED, "answer"]
    export_filename = "objections"

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.list_display = [self.due_on if column == "due_on" else column for column in self.list_display]


class CorrectionProposalViewSet(RequestViewSet):
    kind = decisions.CorrectionKind
    search_fields = ["record__volunteer__name", "record__volunteer__number", "record__activity__title"]


class DailyApprovalViewSet(RequestViewSet):
    kind = decisions.DailyApprovalKind
    search_fields = ["volunteer__name", "volunteer__number"]


class OvertimeViewSet(RequestViewSet):
    kind = decisions.OvertimeKind
    search_fields = ["shift__activity__title"]


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
    )
