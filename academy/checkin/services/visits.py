"""Visits, derived from accepted scans. Late and annulled scans rebuild them."""

import datetime as dt
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial

from django.db import transaction
from django.db.models import Max

from academy.checkin.models import AT_ONCE, Direction, Scan, Visit
from academy.checkin.pairing import Fact, Pair, pair
from academy.checkin.signals import visits_changed
from academy.core.look import day_of
from academy.core.one_by_one import each_alone
from academy.core.sql import insert_if_absent
from academy.people.models import Volunteer
from academy.rulebook.models import RuleSet
from academy.rulebook.windows import is_given_up, window

logger = logging.getLogger(__name__)

LONGEST = dt.timedelta(days=2)  # no rules let a visit last more than one day


def last_seen(people: Sequence[Volunteer], at: dt.datetime) -> dict[int, str]:
    """Return the day of each volunteer's last check-in as text, by id, in one statement."""
    visits = Visit.objects.of_all(people).with_person().order_by()
    days = visits.values_list("person").annotate(last=Max("opened_at"))
    return {pk: day_of(last) for pk, last in days}


@transaction.atomic
def rebuild_visits(*, volunteer_id: int, shift_id: int) -> list[Visit]:
    """Store the visits that this person's accepted scans make at this shift. Return them in time order.

    Scans of merged rows count; the visits belong to the volunteer who stays. A second call has no effect. The person is
    locked, so that only one call runs at a time and waits for a scan of the same moment.
    """
    volunteer = lock_person(volunteer_id)
    while True:
        stored = _stored(volunteer, shift_id)
        scans = Scan.objects.accepted().of(volunteer).filter(shift_id=shift_id)
        facts = [
            Fact(at, direction == Direction.IN, pk)
            for at, direction, pk in scans.values_list("happened_at", "direction", "pk")
        ]
        if _write(pair(facts), stored, volunteer_id=volunteer.pk, shift_id=shift_id):
            break
    signal_changes(volunteer_id=volunteer.pk, shift_id=shift_id)
    return _stored(volunteer, shift_id)


def lock_person(volunteer_id: int) -> Volunteer:
    """Lock all rows of this person until the transaction ends, and return the row that stays."""
    while True:
        rows = list(Volunteer.objects.one_with(volunteer_id).select_for_update(no_key=True).order_by("pk"))
        volunteer = next(row for row in rows if row.pk == volunteer_id)
        if volunteer.merged_into_id is None:
            return volunteer
        volunteer_id = volunteer.merged_into_id


def _stored(volunteer: Volunteer, shift_id: int) -> list[Visit]:
    visits = Visit.objects.of(volunteer).filter(shift_id=shift_id).order_by("opened_at", "pk")
    return list(visits.select_for_update(of=("self",)))


def _write(pairs: list[Pair], stored: list[Visit], *, volunteer_id: int, shift_id: int) -> bool:
    """Make the stored visits equal `pairs`. Return False if a new check-in came in between."""
    existing = {(visit.volunteer_id, visit.opened_by_id, visit.closed_by_id): visit.pk for visit in stored}
    wanted = {(volunteer_id, one.opened.id, one.closed.id if one.closed else None): one for one in pairs}
    Visit.objects.filter(pk__in=[pk for key, pk in existing.items() if key not in wanted]).delete()
    return all(
        insert_if_absent(
            Visit(
                volunteer_id=volunteer_id,
                shift_id=shift_id,
                opened_by_id=one.opened.id,
                opened_at=one.opened.at,
                closed_by_id=one.closed.id if one.closed else None,
                closed_at=one.closed.at if one.closed else None,
            )
        )
        for key, one in wanted.items()
        if key not in existing
    )


def signal_changes(*, volunteer_id: int, shift_id: int | None) -> None:
    """Send `visits_changed` on commit: the hours of this person at this shift have to be computed again."""
    transaction.on_commit(
        partial(visits_changed.send_robust, sender=Visit, volunteer_id=volunteer_id, shift_id=shift_id), robust=True
    )


def seal_visits(*, volunteer_id: int, shift_id: int, at: dt.datetime) -> int:
    """Seal the visits of a record that is being confirmed, so that their scans cannot be annulled.

    A visit that is still open and not given up at `at` stays unsealed: its check-out, or its being given up, is yet to
    be counted (H6).
    """
    one = Volunteer.objects.one_with(volunteer_id)
    visits = Visit.objects.filter(volunteer__in=one, shift_id=shift_id, sealed_at=None)
    sealed = visits.filter(closed_at__isnull=False).update(sealed_at=at)
    for visit in visits.open().select_related("shift__activity"):
        rules = RuleSet.objects.parameters_on(visit.shift.activity.community_id, visit.shift.date)
        if is_given_up_at(visit, rules, at):
            sealed += Visit.objects.filter(pk=visit.pk).update(sealed_at=at)
    return sealed


def still_running(*, people: Iterable[Volunteer], at: dt.datetime) -> list[Visit]:
    """Return the open visits of these people that a check-out can still close (C2, H6).

    A visit without a check-out stays open for good; from the moment that it is given up, its volunteer is out.
    Two statements at most.
    """
    recent = Visit.objects.open().of_all(people).filter(opened_at__gt=at - LONGEST)
    visits = list(recent.select_related("shift__activity", "volunteer__merged_into"))
    over = given_up(visits, at=at)
    return [visit for visit in visits if visit.pk not in over]


def given_up(visits: Collection[Visit], *, at: dt.datetime) -> set[int]:
    """Return the ids of those visits that lack a check-out and can no longer get it (C2, H6).

    One statement if any is open. Fetch the visits with their shifts and activities.
    """
    still_open = [visit for visit in visits if visit.closed_at is None]
    if not still_open:
        return set()
    rules = RuleSet.objects.timelines(visit.shift.activity.community_id for visit in still_open)
    return {
        visit.pk
        for visit in still_open
        if is_given_up_at(visit, rules.parameters_on(visit.shift.activity.community_id, visit.shift.date), at)
    }


def is_given_up_at(visit: Visit, rules: Mapping[str, int], at: dt.datetime) -> bool:
    """Return whether the open visit can no longer get its check-out at this moment (C2, H6)."""
    closes_at = window(visit.shift.starts_at, visit.shift.end_with_overtime, rules).closes_at
    opened, now, closes = (int(moment.timestamp()) for moment in (visit.opened_at, at, closes_at))
    return is_given_up(opened, now, closes_at=closes, longest_minutes=rules["max_visit_minutes"])


def unseal_visits(*, volunteer_id: int, shift_id: int) -> None:
    """Unseal the visits of a record that was taken back, and have their hours computed again on commit."""
    one = Volunteer.objects.one_with(volunteer_id)
    Visit.objects.filter(volunteer__in=one, shift_id=shift_id).update(sealed_at=None, look_at=AT_ONCE)
    signal_changes(volunteer_id=volunteer_id, shift_id=shift_id)


@transaction.atomic
def put_off_look(visits: Collection[int], *, until: dt.datetime) -> None:
    """Have the clock look at these visits (ids) again at `until`.

    A visit that somebody is changing at this moment is left out.
    """
    if not visits:
        return
    # Not waiting for a row, the clock never stands in a circle with people who check in.
    rows = Visit.objects.filter(pk__in=visits).select_for_update(skip_locked=True, no_key=True).order_by()
    Visit.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(look_at=until)


def rebuild_for_merged(*, volunteer_id: int) -> int:
    """Rebuild the visits of a merged volunteer for the one who stays. Return the number of shifts."""
    scanned = Scan.objects.accepted().filter(volunteer=volunteer_id).values_list("shift_id", flat=True)
    visited = Visit.objects.filter(volunteer=volunteer_id).values_list("shift_id", flat=True)
    shifts = sorted({*scanned, *visited})
    for shift_id in shifts:
        rebuild_visits(volunteer_id=volunteer_id, shift_id=shift_id)
    return len(shifts)


def sweep_merged() -> int:
    """Rebuild visits that a crash after a merge, or a scan during it, left. Return how many."""
    left = Visit.objects.filter(volunteer__merged_into__isnull=False).order_by().values_list("volunteer_id", "shift_id")
    pairs = sorted(set(left))
    each_alone(
        pairs,
        lambda pair: rebuild_visits(volunteer_id=pair[0], shift_id=pair[1]),
        failed="Visits of a merged volunteer at a shift are still theirs: %s",
        log=logger,
    )
    return len(pairs)
