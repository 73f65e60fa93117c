"""The list of staff: one row for each person, with all duties and the acts on them."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from academy.core.rights import RightRequiredMixin
from academy.people.models import Duty, User
from academy.people.permissions import ROLE_SENTENCES, DutyRole, Right


@dataclass
class Colleague:
    """A member of staff with their duties in the administrator's communities."""

    user: User
    duties: list[Duty] = field(default_factory=list)

    @property
    def key(self) -> Duty:
        """The duty whose addresses name this person."""
        return self.duties[0]

    @property
    def sign_in(self) -> str:
        """The name that the person types to sign in."""
        user = self.user
        own = user.own_volunteer
        return (own.phone or own.number) if own else (user.phone or user.email or user.username)


class StaffView(RightRequiredMixin, WagtailAdminTemplateMixin, TemplateView):
    """Show who works here, with which duties, and lead to a new member of staff."""

    right = Right.GRANT_DUTIES
    template_name = "people/admin/staff.html"
    page_title = _("Staff")
    header_icon = "key"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    @property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("Add a member of staff"), url=reverse("duty:add"), icon_name="plus")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        duties = Duty.objects.filter(community__in=self.communities).select_related("user__volunteer", "community")
        staff: dict[int, Colleague] = {}
        for duty in sorted(duties, key=lambda one: (str(one.user), one.user_id, DutyRole.values.index(one.role))):
            staff.setdefault(duty.user_id, Colleague(duty.user)).duties.append(duty)
        return super().get_context_data(
            staff=list(staff.values()),
            has_many=len({duty.community_id for duty in duties}) > 1,
            sentences=[(role.label, ROLE_SENTENCES[role]) for role in DutyRole],
            lacks_approver=all(duty.role != DutyRole.APPROVER for duty in duties),
            **kwargs,
        )
