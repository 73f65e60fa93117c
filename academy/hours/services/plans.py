"""Hours follow the plan: count again when what counting reads of an activity has changed (H3, K8)."""

import datetime as dt
import logging
from collections.abc import Collection, Iterable

from django.db import transaction

from academy.activities.changing import mark_counted
from academy.activities.models import Activity, Shift
from academy.checkin.models import Scan
from academy.core.one_by_one import each_alone
from academy.core.sql import batched
from academy.hours.days import Facts, role_counted
from academy.hours.models import OPEN_STATES, ServiceRecord
from academy.hours.roles import find_roles
from academy.hours.services import records
from academy.people.models import Volunteer

logger = logging.getLogger(__name__)

PEOPLE_AT_ONCE = 200


@transaction.atomic
def recount(*, activity_id: int, at: dt.datetime) -> int:
    """Count everybody who was at the activity again, by its plan of today, and return how many people.

    Records that wait are changed. A settled record stays as it is; a difference becomes a proposal that a second
    person decides (K8).
    """
    changed_at = Activity.objects.values_list("changed_at", flat=True).get(pk=activity_id)
    shifts = list(Shift.objects.filter(activity=activity_id))
    there = Scan.objects.accepted().filter(shift__in=shifts).with_person()
    people = sorted(set(there.values_list("person", flat=True)))
    if people:
        since, facts = min(shift.date for shift in shifts), Facts()
        for some in batched(people, PEOPLE_AT_ONCE):
            records.compute_many(volunteers=some, since=since, at=at, facts=facts)
    mark_counted(activity_id=activity_id, changed_at=changed_at)
    return len(people)


def sweep_plans(*, at: dt.datetime) -> int:
    """Count by plans whose change a crash left uncounted, and return the number of activities."""
    changed = list(Activity.objects.filter(changed_at__isnull=False).order_by("pk").values_list("pk", flat=True))
    each_alone(
        changed,
        lambda pk: recount(activity_id=pk, at=at),
        failed="The hours of activity %s do not follow its plan yet",
        log=logger,
    )
    return len(changed)


def recount_differing(activities: Collection[int], *, at: dt.datetime) -> int:
    """Count waiting records again whose basis is not the plan of today. Return how many.

    It finds a change of the plan by any means, also one that no service made.
    """
    differing = sorted(_find_differing(activities))
    records.compute_each(differing, at=at)
    return len(differing)


def _find_differing(activities: Collection[int]) -> Iterable[tuple[int, int]]:
    """Find waiting records that were counted by another plan, limit or role than stands (H3, H8, H9)."""
    waiting = ServiceRecord.objects.filter(
        activity__in=activities, state__in=OPEN_STATES, volunteer__merged_into=None
    ).order_by()
    rows = list(waiting.values_list("volunteer_id", "shift_id", "basis"))
    pairs = {(volunteer_id, shift_id) for volunteer_id, shift_id, _ in rows}
    facts = Facts()
    found = facts.plans(shift_id for _, shift_id in pairs)
    plans = {shift_id: found[shift_id] for _, shift_id in pairs}
    limits = facts.preparation_limits(plans.values())
    merged = Volunteer.objects.filter(merged_into__in={volunteer_id for volunteer_id, _ in pairs})
    stays = {pk: into for pk, into in merged.values_list("pk", "merged_into") if into is not None}
    counts_as = find_roles(pairs, stays) if pairs else {}
    return {
        (volunteer_id, shift_id)
        for volunteer_id, shift_id, basis in rows
        if any(basis.get(name) != value for name, value in plans[shift_id].facts.items())
        or basis.get("preparation", {}).get(plans[shift_id].group) != limits.get(plans[shift_id].group)
        or basis.get("counts_as") != role_counted(counts_as.get((volunteer_id, shift_id), ""))
    }
