"""The back office's list of accident records; each opens on its page."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.accidents import reports, services
from academy.accidents.accounts import Clock, Standing
from academy.core.rights import RightRequiredMixin
from academy.people.permissions import Right

ACCIDENTS_TITLE = _("Accident records")


@dataclass(frozen=True)
class Row:
    """A record, and for each of its clocks the time left in words and whether it is over."""

    standing: Standing
    clocks: list[tuple[Clock, str, bool]]


class AccidentsView(RightRequiredMixin, WagtailAdminTemplateMixin, TemplateView):
    """The records: first those whose clock runs, then the other open ones, then the latest closed ones.

    The list has no names: they stand in the record, and each look at that is logged.
    """

    right = Right.MANAGE_PEOPLE
    template_name = "accidents/admin/list.html"
    page_title = ACCIDENTS_TITLE
    header_icon = "warning"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": ACCIDENTS_TITLE}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        listed = [*services.open_in(self.communities), *services.closed_in(self.communities)]
        rows = [Row(one, reports.clocks_of(one, now)) for one in listed]
        return super().get_context_data(rows=rows, **kwargs)
