"""The decisions about a change of plan after a shift began, and about an exception for a role."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.activities import changing, plans
from academy.activities.models import PlanChange
from academy.activities.needs import exceptions
from academy.activities.needs.exception_models import NeedException
from academy.core.refusals import Refusal
from academy.decisions.kinds import RequestKind, register
from academy.people.models import User
from academy.people.permissions import Right
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


@register
class NeedExceptionKind(RequestKind[NeedException]):
    """One person asks for a role although a course, a tier or an age is missing (T3).

    Staff who run activities decide; one of them is enough. A yes opens the role to this person alone.
    """

    model = NeedException
    slug = "role-exception"
    template = "activities/decisions/need_exception.html"
    related = ("role__activity__community", "volunteer__merged_into", "asked_by__volunteer")
    columns = ("volunteer", "role", "reason")
    is_for_volunteer = True
    right = Right.RUN_ACTIVITIES
    readers = (Right.RUN_ACTIVITIES,)
    alone_right = Right.RUN_ACTIVITIES
    gone = exceptions.GONE
    accepted, declined = gettext_lazy("The role is open to this person now."), gettext_lazy("Declined.")

    def patience(self, request: NeedException, at: dt.datetime) -> int:
        return 0

    def subject(self, request: NeedException) -> str:
        return f"{request.role.activity} · {request.role}"

    def summary(self, request: NeedException) -> str:
        return _("The role “%(role)s” asks for something that this person does not have.") % {"role": request.role}

    def cannot_accept(self, request: NeedException, *, at: dt.datetime) -> Refusal | None:
        return exceptions.cannot_accept(request, at=at)

    def act(self, request: NeedException, *, by: User, at: dt.datetime) -> None:
        exceptions.carry_out(request, by=by, at=at)
