"""Counting: make records from the accepted scans, and update them while they are open."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import chain
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.db.models.functions import Coalesce, Greatest

from academy.checkin.models import Annulment, Visit
from academy.checkin.services import visits
from academy.core.one_by_one import each_alone
from academy.hours.days import Facts, join, scan_rows
from academy.hours.models import DEAD_STATES, OPEN_STATES, ServiceRecord
from academy.hours.services.storing import JoinedDays, Outcome, People, store
from academy.people.models import Volunteer

logger = logging.getLogger(__name__)

# One call looks at so many closed visits: a tick stays short, and the next one goes on.
VISITS_AT_ONCE = 300
LOOK_EVERY, TRY_AGAIN_AFTER = dt.timedelta(days=1), dt.timedelta(minutes=10)


class OpenVisit(NamedTuple):
    """A visit without a check-out, and when its hours were last counted."""

    pk: int
    volunteer_id: int
    shift_id: int
    opened_at: dt.datetime
    counted_at: dt.datetime | None


@transaction.atomic
def compute_one(*, volunteer_id: int, shift_id: int, at: dt.datetime, keep: Collection[int] = ()) -> Outcome:
    """Count the volunteer's joined days around the shift, and store the records of these days.

    Open records are created or updated. Settled records stay; a difference is logged and becomes a proposal. A visit
    that is still open makes no record until it is closed or given up. The scans of a merged row make records of the row
    that stays. `keep`: the ids of settled records that this count takes as given.
    """
    people = lock_volunteers([volunteer_id])
    ((volunteer_id, home),) = people.homes.items()
    facts = Facts()
    days = [
        JoinedDays(volunteer_id, home, joined)
        for joined in facts.find_joined(volunteer_id, shift_id, at=int(at.timestamp()), merged=people.stays)
    ]
    outcome = store(days, facts=facts, at=at, people=people, asked=(volunteer_id, shift_id), keep=keep)
    if any(record.shift_id == shift_id for record in outcome.settled):
        # Late scans are counted now: the sweep need not count them again, and they can no longer be annulled.
        visits.seal_visits(volunteer_id=volunteer_id, shift_id=shift_id, at=at)
    return outcome


@transaction.atomic
def compute_many(
    *,
    volunteers: Iterable[int],
    at: dt.datetime,
    since: dt.date | None = None,
    facts: Facts | None = None,
    keep: Collection[int] = (),
) -> Outcome:
    """Count all days of these volunteers as `compute_one` does, or those joined to days from `since` on.

    Calls of one run may share `facts`, which reads each shift and rule set once.
    """
    people = lock_volunteers(volunteers)
    facts = facts or Facts()
    attended = facts.find_attendances(scan_rows(people.stays), at=int(at.timestamp()), stays=people.stays)
    first = since.toordinal() if since else 0
    days = [
        JoinedDays(pk, home, joined)
        for pk, home in people.homes.items()
        for joined in join(attended.get(pk, []))
        if any(date >= first for one in joined for date in one.dates)
    ]
    return store(days, facts=facts, at=at, people=people, keep=keep)


def count_beside(records: Iterable[ServiceRecord], *, at: dt.datetime) -> None:
    """Count the scanned shifts beside these imported records again.

    The records begin or cease to stand: their minutes count against the day (H4).
    """
    records = list(records)
    people = Volunteer.objects.filter(pk__in={record.volunteer_id for record in records})
    stays = {pk: merged_into or pk for pk, merged_into in people.values_list("pk", "merged_into")}
    places = {(stays[record.volunteer_id], record.date) for record in records}
    dates = [date for _, date in places]
    scanned = ServiceRecord.objects.live().of_all(people).filter(activity__imported=False).with_person()
    rows = scanned.filter(date__range=(min(dates), max(dates))).order_by("pk").values_list("person", "date", "shift")
    beside = {(person, date): shift_id for person, date, shift_id in rows if (person, date) in places}
    for (person, _date), shift_id in sorted(beside.items()):
        compute_one(volunteer_id=person, shift_id=shift_id, at=at)


def sweep_records(*, at: dt.datetime) -> int:
    """Count visits that a crash missed or whose check-out will not come; return how many.

    Closed visits take turns: one that changed comes next, the others daily, one that cannot be counted a little later.
    """
    looked_at = list(Visit.objects.to_look_at(at).values_list("pk", flat=True)[:VISITS_AT_ONCE])
    uncounted = _find_uncounted(looked_at)
    missed = {*uncounted.values(), *_find_merged(), *_find_annulled(), *_find_given_up(at)}
    counted = compute_each(missed, at=at)
    failed = {pk for pk, visit in uncounted.items() if visit not in counted}
    visits.put_off_look(set(looked_at) - failed, until=at + LOOK_EVERY)
    visits.put_off_look(failed, until=at + TRY_AGAIN_AFTER)
    return len(missed)


def compute_each(visits: Iterable[tuple[int, int]], *, at: dt.datetime) -> set[tuple[int, int]]:
    """Count these visits, pairs of volunteer and shift, each in its own transaction; log those that fail.

    Return those that succeeded.
    """

    def compute(visit: tuple[int, int]) -> tuple[int, int]:
        compute_one(volunteer_id=visit[0], shift_id=visit[1], at=at)
        return visit

    return set(each_alone(sorted(visits), compute, failed="No record yet for this volunteer and shift: %s", log=logger))


def lock_volunteers(volunteers: Iterable[int]) -> People:
    """Lock these volunteers with all their merged rows, and return them.

    Two requests that count or confirm a person's hours wait for each other here.
    """
    wanted = set(volunteers)
    while True:
        # `no_key`: a new scan locks the row by its foreign key and need not wait.
        rows = Volunteer.objects.select_for_update(no_key=True).filter(Q(pk__in=wanted) | Q(merged_into__in=wanted))
        locked = list(rows.order_by("pk").values_list("pk", "merged_into", "community"))
        staying = {pk if merged_into is None else merged_into for pk, merged_into, _ in locked}
        if staying <= wanted:
            break
        wanted = staying  # a volunteer was merged meanwhile: lock the row that stays
    return People(
        homes={pk: home for pk, merged_into, home in locked if merged_into is None},
        stays={pk: pk if merged_into is None else merged_into for pk, merged_into, _ in locked},
    )


def _find_uncounted(looked_at: Collection[int]) -> dict[int, tuple[int, int]]:
    """Find those of these visits that have no record computed since their scans arrived.

    Return the volunteer and shift of each by its id.
    """
    seen = ServiceRecord.objects.live().filter(
        volunteer=OuterRef("volunteer"),
        shift=OuterRef("shift"),
        computed_at__gte=Greatest(OuterRef("opened_by__received_at"), OuterRef("closed_by__received_at")),
    )
    uncounted = Visit.objects.filter(pk__in=looked_at).filter(~Exists(seen))
    rows = uncounted.order_by().values_list("pk", "volunteer_id", "shift_id")
    return {pk: (volunteer_id, shift_id) for pk, volunteer_id, shift_id in rows}


def _find_merged() -> Iterable[tuple[int, int]]:
    """Find open records of volunteers merged since: they are counted again with the row that stays."""
    left = ServiceRecord.objects.filter(state__in=OPEN_STATES, volunteer__merged_into__isnull=False)
    pairs = left.order_by().values_list("volunteer__merged_into", "shift_id")
    return [(stays, shift_id) for stays, shift_id in pairs if stays is not None]


def _find_annulled() -> Iterable[tuple[int, int]]:
    """Find scans annulled since their record was computed."""
    computed_before = ServiceRecord.objects.filter(
        volunteer=Coalesce(OuterRef("scan__volunteer__merged_into"), OuterRef("scan__volunteer")),
        shift=OuterRef("scan__shift"),
        state__in=OPEN_STATES,
        computed_at__lt=OuterRef("annulled_at"),
    )
    # History is left out: only activities with an open deadline have records that wait.
    unfinished = Annulment.objects.filter(scan__shift__activity__open_deadline__isnull=False)
    taken_back = unfinished.filter(Exists(computed_before))
    for volunteer_id, shift_id in taken_back.values_list("scan__volunteer_id", "scan__shift_id"):
        if volunteer_id is not None and shift_id is not None:
            yield volunteer_id, shift_id


def _find_given_up(at: dt.datetime) -> Iterable[tuple[int, int]]:
    """Find open visits that were given up, and not counted since. Those counted since are looked at daily."""
    open_visits = (
        Visit.objects.open()
        .filter(sealed_at=None, look_at__lte=at)
        .annotate(
            counted_at=Max(
                "shift__service_records__computed_at",
                filter=(
                    Q(shift__service_records__volunteer=F("volunteer"))
                    | Q(shift__service_records__volunteer__merged_into=F("volunteer"))
                )
                & ~Q(shift__service_records__state__in=DEAD_STATES),
            )
        )
        .values_list("shift__activity__community", "pk", "volunteer_id", "shift_id", "opened_at", "counted_at")
    )
    of_community: dict[int, list[OpenVisit]] = defaultdict(list)
    for community_id, *visit in open_visits:
        of_community[community_id].append(OpenVisit(*visit))
    found = each_alone(
        sorted(of_community),
        lambda community_id: _given_up_among(of_community[community_id], at),
        failed="The open visits of community %s are not looked at yet",
        log=logger,
    )
    return chain.from_iterable(found)


def _given_up_among(open_visits: Iterable[OpenVisit], at: dt.datetime) -> list[tuple[int, int]]:
    plans = Facts().plans(visit.shift_id for visit in open_visits)
    found, done = [], []
    for visit in open_visits:
        plan, opened = plans[visit.shift_id], int(visit.opened_at.timestamp())
        if visit.counted_at is not None and plan.is_given_up(opened, int(visit.counted_at.timestamp())):
            done.append(visit.pk)
        elif plan.is_given_up(opened, int(at.timestamp())):
            found.append((visit.volunteer_id, visit.shift_id))
    visits.put_off_look(done, until=at + LOOK_EVERY)
    return found
