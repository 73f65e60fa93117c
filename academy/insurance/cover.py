"""Which policy covers an activity on a day, and from when an accident has to be reported (A5, V1)."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from academy.activities.models import Activity, Shift
from academy.core.refusals import Refusal
from academy.insurance.models import Policy
from academy.insurance.refusals import policy_ended

REPORT_HOURS = 48  # D: the deadline while no policy is on record (`accident_hours`)


def policies_of(communities: Iterable[int]) -> list[Policy]:
    """Return all policies of these communities: a community has a few."""
    return list(Policy.objects.filter(community__in=list(communities)))


def covering(policies: Collection[Policy], activity: Activity, day: dt.date) -> Policy | None:
    """Return the policy that covers the activity on the day, else None.

    The one that the activity names comes first, then a yearly one; of two, the one that began later.
    """
    named = activity.insurance.strip()
    found = [
        one
        for one in policies
        if one.community_id == activity.community_id
        and one.starts_on <= day <= one.ends_on
        and (one.for_all or one.number == named)
    ]
    return max(found, key=lambda one: (one.number == named, one.starts_on, one.pk), default=None)


def policy_on(activity: Activity, day: dt.date) -> Policy | None:
    """Return the policy that covers the activity on the day. One statement."""
    return covering(policies_of([activity.community_id]), activity, day)


@dataclass(frozen=True)
class ShiftCover:
    """A shift with its policy; None if no policy on record covers its day."""

    shift: Shift
    policy: Policy | None

    @property
    def number(self) -> str:
        """The number of the policy; also one that the activity names and that is not on record."""
        return self.policy.number if self.policy else self.shift.activity.insurance


def covers_of(activity: Activity, policies: Collection[Policy] | None = None) -> list[ShiftCover]:
    """Return each shift of the activity with its policy, in the order of time."""
    known = policies_of([activity.community_id]) if policies is None else policies
    shifts = sorted(activity.shifts.all(), key=lambda shift: (shift.starts_at, shift.pk))
    for shift in shifts:
        shift.activity = activity
    return [ShiftCover(shift, covering(known, activity, shift.date)) for shift in shifts]


def refuse_uncovered(activity: Activity) -> Refusal | None:
    """Refuse a dangerous activity for a day that its policy on record does not cover (V1).

    The refusal is `policy_ended`. A number that is not on record is taken at its word, as before policies were kept.
    """
    if not activity.dangerous:
        return None
    known = policies_of([activity.community_id])
    if not any(one.number == activity.insurance.strip() for one in known):
        return None
    missing = next((one for one in covers_of(activity, known) if one.policy is None), None)
    return policy_ended(activity.insurance, missing.shift.date) if missing else None


def numbers_in_force(community_ids: Collection[int], day: dt.date) -> list[str]:
    """Return the policies that cover this day or begin later, as an activity can name them."""
    current: Any = Policy.objects.filter(Q(community__in=community_ids), ends_on__gte=day)
    return [one.number for one in current.order_by("starts_on", "pk")]
