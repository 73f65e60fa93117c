"""The back office's lists of what was asked for and decided: to read. Deciding has a page of its own."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.admin.widgets.button import Button

from academy.core.viewsets import CommunityViewSet
from academy.hours.models import CorrectionProposal, DailyApproval, MakeUp, Objection, Overtime
from academy.people.permissions import Right

DECIDED = ["asked_by", "asked_at", "accepted", "decided_by", "decided_at", "alone"]
SHOWN: list[Any] = [
    *("asked_by", "asked_at"),
    BooleanColumn("accepted", label=_("accepted")),
    *("decided_by", "decided_at"),
    BooleanColumn("alone", label=_("handled by one person")),
]


class AskedIndexView(generic.IndexView):
    @property
    def header_more_buttons(self) -> list[Button]:
        decide = Button(_("To be decided"), url=reverse("desk:decisions"), icon_name="check", priority=50)
        return [*super().header_more_buttons, decide]


class AskedViewSet(CommunityViewSet):
    rights = {"view": Right.VIEW_FIGURES}
    icon = "clipboard-list"
    index_view_class = AskedIndexView
    inspect_view_enabled = True
    list_filter = ["accepted", "alone"]
    ordering = "-asked_at"


class MakeUpViewSet(AskedViewSet):
    model = MakeUp
    community_path = "shift__activity__community"
    list_display: list[Any] = ["volunteer", "shift", "way", *SHOWN]
    list_filter = ["way", "accepted", "alone"]
    search_fields = ["volunteer__name", "volunteer__number", "shift__activity__title"]
    list_export = ["volunteer", "shift", "way", "came_at", "left_at", "witness", "reason", *DECIDED, "answer"]
    export_filename = "make-ups"


class ObjectionViewSet(AskedViewSet):
    model = Objection
    community_path = "record__community"
    list_display: list[Any] = ["record", "objector", "due_on", *SHOWN]
    search_fields = ["record__volunteer__name", "record__volunteer__number", "record__activity__title"]
    list_export = ["record", "objector", "reason", "due_on", *DECIDED, "answer"]
    export_filename = "objections"


class CorrectionProposalViewSet(AskedViewSet):
    model = CorrectionProposal
    community_path = "record__community"
    list_display: list[Any] = ["record", "minutes_before", "minutes_after", *SHOWN]
    search_fields = ["record__volunteer__name", "record__volunteer__number", "record__activity__title"]


class DailyApprovalViewSet(AskedViewSet):
    model = DailyApproval
    community_path = "volunteer__community"
    list_display: list[Any] = ["volunteer", "date", "minutes", *SHOWN]
    search_fields = ["volunteer__name", "volunteer__number"]


class OvertimeViewSet(AskedViewSet):
    model = Overtime
    community_path = "shift__activity__community"
    list_display: list[Any] = ["shift", "until", *SHOWN]
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
