"""The base of the back office's lists of requests, which are read here. Deciding has its own page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button, HeaderButton

from academy.core.columns import YesNoColumn
from academy.core.links import link_to
from academy.core.spreadsheets import ExportColumn
from academy.core.viewsets import CommunityViewSet
from academy.decisions.kinds import KINDS, RequestKind
from academy.people.permissions import Right

DECIDED = ["asked_by", "asked_at", "accepted", "decided_by", "decided_at", "alone"]
DECISION: list[Any] = [
    "reason",
    "asked_by",
    "asked_at",
    ExportColumn("state", _("state"), lambda request: request.state.label),
    "decided_by",
    "decided_at",
    "answer",
    "alone",
]
SHOWN: list[Any] = [
    "asked_by",
    "asked_at",
    Column("state", label=_("state"), accessor="state.label", classname="nobr"),
    "decided_by",
    "decided_at",
    YesNoColumn("alone", label=_("handled by one person")),
]


class AsksForPerson:
    """Mixin for lists of requests of one kind: “new” begins with choosing the person.

    An upper app registers the page `choose_person` and knows the acts.
    """

    request: Any
    chosen_for = ""  # the act
    ask_label: Any = ""

    @property
    def header_buttons(self) -> list[Button]:
        buttons: list[Button] = super().header_buttons  # type: ignore[misc]
        if not self.chosen_for or Right.CONFIRM_HOURS not in self.request.user.rights:
            return buttons
        return [*buttons, HeaderButton(self.ask_label, url=link_to("choose_person", self.chosen_for), icon_name="plus")]


class RequestIndexView(AsksForPerson, generic.IndexView):
    def get_base_queryset(self) -> Any:
        related = next(kind.related for kind in KINDS.values() if kind.model is self.model)
        return super().get_base_queryset().select_related(*related)

    @property
    def header_more_buttons(self) -> list[Button]:
        decide = Button(_("To be decided"), url=reverse("decisions:list"), icon_name="check", priority=50)
        return [*super().header_more_buttons, decide]


class RequestViewSet(CommunityViewSet):
    """The requests of one `kind`: the kind's columns, and then those of the decision."""

    kind: type[RequestKind[Any]]
    rights = {"view": Right.VIEW_FIGURES}
    icon = "clipboard-list"
    index_view_class = RequestIndexView
    inspect_view_enabled = True
    list_filter = ["accepted", "alone"]
    ordering = "-asked_at"

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        self.model = self.kind.model
        self.community_path = self.model.community_path
        self.list_display = [*self.kind.columns, *SHOWN]
        super().__init__(name, **kwargs)
