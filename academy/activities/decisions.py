"""The decision about a change of plan that may raise hours after a shift began."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from academy.activities import changing, plans
from academy.activities.models import PlanChange
from academy.core.refusals import Refusal
from academy.decisions.kinds import register
from academy.people.models import User
from academy.rulebook.decisions import RuledKind


@register
class PlanChangeKind(RuledKind[PlanChange]):
    """A change of the plan after a shift began, which may raise the hours of all who were there (H4).

    A yes changes the plan. Waiting records follow; each settled record that differs gets a proposal of its own.
    """

    model = PlanChange
    slug = "plan-change"
    template = "activities/decisions/plan_change.html"
    related = ("activity__community", "asked_by__volunteer")
    columns = ("activity", "reason")
    names_parties = False

    def summary(self, request: PlanChange) -> str:
        return _("The plan is changed after it began. More may count for everybody who was there.")

    def beside(self, requests: list[PlanChange]) -> dict[int, dict[str, Any]]:
        return {request.pk: {"changes": plans.describe_change(request.before, request.after)} for request in requests}

    def lock_first(self, request: PlanChange) -> None:
        changing.lock_plan(request)

    def cannot_accept(self, request: PlanChange, *, at: dt.datetime) -> Refusal | None:
        return changing.cannot_carry_out(request)

    def act(self, request: PlanChange, *, by: User, at: dt.datetime) -> None:
        if request.accepted:
            changing.carry_out(request, by=by, at=at)
