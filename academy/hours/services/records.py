"""Counting: make records from the accepted scans, and update them while they are open."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.db.models.functions import Coalesce, Greatest

from academy.checkin.models import Annulment, Visit
from academy.checkin.services import visits
from academy.hours.counting import CONTENT, CountedRecord, count
from academy.hours.days import Attendance, Facts, join, scan_rows
from academy.hours.models import (
    DEAD_STATES,
    OPEN_STATES,
    CorrectionProposal,
    DailyApproval,
    RecordState,
    ServiceRecord,
)
from academy.people.models import Volunteer

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Difference:
    """A settled record that counting would change today. It stays: people decide about a correction."""

    record: ServiceRecord
    counted: CountedRecord | None  # None: there would be no record

    @property
    def minutes(self) -> int | None:
        return self.counted.minutes if self.counted else None

    def __str__(self) -> str:
        return f"record {self.record.pk} ({self.record.state}): {self.record.minutes} min, now {self.minutes}"


@dataclass
class Outcome:
    """The changes that counting made to the stored records."""

    created: list[ServiceRecord] = field(default_factory=list)
    changed: list[ServiceRecord] = field(default_factory=list)
    withdrawn: list[ServiceRecord] = field(default_factory=list)
    unchanged: list[ServiceRecord] = field(default_factory=list)
    settled: list[ServiceRecord] = field(default_factory=list)  # they stay as they are
    differing: list[Difference] = field(default_factory=list)

    @property
    def records(self) -> list[ServiceRecord]:
        """The valid records, by date, then shift."""
        live = [*self.created, *self.changed, *self.unchanged]
        return sorted(live, key=lambda record: (record.date, record.shift_id))


@transaction.atomic
def compute_one(*, volunteer_id: int, shift_id: int, at: dt.datetime) -> Outcome:
    """Count the volunteer's joined days around the shift, and store the records of these days.

    Open records are created or updated. Settled records stay; a difference is logged and becomes a proposal. A visit
    that is still open makes no record until it is closed or given up. The scans of a merged row make records of the row
    that stays.
    """
    people = lock_volunteers([volunteer_id])
    ((volunteer_id, home),) = people.homes.items()
    facts = Facts()
    days = [
        (home, volunteer_id, days)
        for days in facts.find_joined(volunteer_id, shift_id, at=int(at.timestamp()), merged=people.stays)
    ]
    outcome = _store(days, facts=facts, at=at, people=people, asked=(volunteer_id, shift_id))
    if any(record.shift_id == shift_id for record in outcome.settled):
        # Late scans are counted now: the sweep need not count them again, and they can no longer be annulled.
        visits.seal_visits(volunteer_id=volunteer_id, shift_id=shift_id, at=at)
    return outcome


@transaction.atomic
def compute_many(
    *, volunteers: Iterable[int], at: dt.datetime, since: dt.date | None = None, facts: Facts | None = None
) -> Outcome:
    """Count all days of these volunteers as `compute_one` does, or those joined to days from `since` on.

    Calls of one run may share `facts`, which reads each shift and rule set once.
    """
    people = lock_volunteers(volunteers)
    facts = facts or Facts()
    attended = facts.find_attendances(scan_rows(people.stays), at=int(at.timestamp()), stays=people.stays)
    first = since.toordinal() if since else 0
    days = [
        (home, pk, joined)
        for pk, home in people.homes.items()
        for joined in join(attended.get(pk, []))
        if any(date >= first for one in joined for date in one.dates)
    ]
    return _store(days, facts=facts, at=at, people=people)


def sweep_records(*, at: dt.datetime) -> int:
    """Count visits that a crash missed or whose check-out will not come; return how many."""
    missed = {*_find_uncounted(), *_find_merged(), *_find_annulled(), *_find_given_up(at)}
    for volunteer_id, shift_id in sorted(missed):
        try:
            compute_one(volunteer_id=volunteer_id, shift_id=shift_id, at=at)
        except Exception:  # an error in one visit must not stop the others
            logger.exception("No record yet for volunteer %s at shift %s", volunteer_id, shift_id)
    return len(missed)


@dataclass(frozen=True)
class People:
    """The volunteers whose hours are counted, with the rows merged into them. All ids."""

    homes: dict[int, int]  # from a row that stays to its home community
    stays: dict[int, int]  # from every row to the row that stays


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


def _store(
    days: list[tuple[int, int, list[Attendance]]],
    *,
    facts: Facts,
    at: dt.datetime,
    people: People,
    asked: tuple[int, int] | None = None,
) -> Outcome:
    """Update the records of these joined days, and those of the volunteer and shift in `asked`.

    Open records of a merged row are withdrawn, as the row that stays gets them. A settled record keeps its row.
    """
    stored: dict[tuple[int, int], dict[dt.date, list[ServiceRecord]]] = defaultdict(lambda: defaultdict(list))
    looked_at = {(volunteer_id, one.shift_id) for _, volunteer_id, joined in days for one in joined}
    if asked is not None:
        looked_at.add(asked)
    live = ServiceRecord.objects.live().filter(volunteer_id__in=list(people.stays))
    if asked is not None:
        live = live.filter(shift_id__in={shift_id for _, shift_id in looked_at})
    for record in live:
        stored[people.stays[record.volunteer_id], record.shift_id][record.date].append(record)

    approvals: dict[int, list[DailyApproval]] = defaultdict(list)
    for approval in DailyApproval.objects.accepted().filter(volunteer__in=list(people.stays)).order_by("pk"):
        approvals[people.stays[approval.volunteer_id]].append(approval)

    outcome = Outcome()
    for home, volunteer_id, joined in days:
        for counted in count(joined, home=home, facts=facts, approvals=approvals[volunteer_id]):
            known = _pick(stored[volunteer_id, counted.attendance.shift_id][counted.date], counted, volunteer_id)
            _compare(outcome, known, counted, volunteer_id=volunteer_id, at=at)
    for pair in looked_at:
        for record in chain(*stored[pair].values()):
            if record.state in OPEN_STATES:
                record.state, record.computed_at = RecordState.WITHDRAWN, at
                outcome.withdrawn.append(record)
            else:
                outcome.settled.append(record)
                if record.minutes:
                    outcome.differing.append(Difference(record, None))

    ServiceRecord.objects.bulk_create(outcome.created)
    ServiceRecord.objects.bulk_update(outcome.changed, [*CONTENT[:-1], "rule_set", "computed_at"], batch_size=50)
    ServiceRecord.objects.bulk_update(outcome.withdrawn, ["state", "computed_at"], batch_size=200)
    if outcome.settled:
        _propose(outcome, at=at)
    return outcome


def _pick(records: list[ServiceRecord], counted: CountedRecord, volunteer_id: int) -> ServiceRecord | None:
    """Remove from `records` the stored record that matches `counted`, and return it; None without one.

    Merged rows may have several: a settled record that agrees comes first.
    """
    mine = [record for record in records if record.state not in OPEN_STATES or record.volunteer_id == volunteer_id]
    if not mine:
        return None
    record = min(
        mine,
        key=lambda one: (
            one.state in OPEN_STATES,
            not counted.agrees_with(one),
            one.volunteer_id != volunteer_id,
            one.pk,
        ),
    )
    records.remove(record)
    return record


def _propose(outcome: Outcome, *, at: dt.datetime) -> None:
    """Store a proposal for each settled record that late facts would change.

    Open proposals that no longer apply are deleted. A declined correction is not proposed again while the facts stay
    the same.
    """
    contents = {
        difference.record.pk: difference.counted.content if difference.counted else None
        for difference in outcome.differing
    }
    of_settled = CorrectionProposal.objects.filter(record__in=[record.pk for record in outcome.settled])
    open_ones = {proposal.record_id: proposal for proposal in of_settled.open()}
    declined = {}
    if contents:
        for proposal in of_settled.filter(accepted=False, record__in=contents).order_by("decided_at"):
            declined[proposal.record_id] = proposal.content
    wanted = {pk for pk, content in contents.items() if not (pk in declined and declined[pk] == content)}
    CorrectionProposal.objects.filter(pk__in=[one.pk for pk, one in open_ones.items() if pk not in wanted]).delete()
    new: list[CorrectionProposal] = []
    changed: list[CorrectionProposal] = []
    for difference in outcome.differing:
        pk = difference.record.pk
        if pk not in wanted:
            continue
        proposal = open_ones.get(pk) or CorrectionProposal(record=difference.record, asked_at=at)
        if proposal.pk is None or proposal.content != contents[pk]:
            proposal.minutes_before, proposal.minutes_after = difference.record.minutes, difference.minutes or 0
            proposal.content, proposal.asked_at = contents[pk], at
            (new if proposal.pk is None else changed).append(proposal)
            logger.warning("A settled record would change: %s", difference)
    CorrectionProposal.objects.bulk_create(new)
    CorrectionProposal.objects.bulk_update(changed, ["minutes_before", "minutes_after", "content", "asked_at"])


def _compare(
    outcome: Outcome, record: ServiceRecord | None, counted: CountedRecord, *, volunteer_id: int, at: dt.datetime
) -> None:
    if record is None:
        shift = counted.attendance.plan.shift
        record = ServiceRecord(
            community_id=shift.activity.community_id,
            volunteer_id=volunteer_id,
            shift=shift,
            activity=shift.activity,
            date=counted.date,
        )
        outcome.created.append(record)
    elif record.state not in OPEN_STATES:
        outcome.unchanged.append(record)
        outcome.settled.append(record)
        if not counted.agrees_with(record):
            outcome.differing.append(Difference(record, counted))
        return
    elif counted.is_content_of(record):
        outcome.unchanged.append(record)
        return
    else:
        outcome.changed.append(record)
    for name in CONTENT:
        setattr(record, name, getattr(counted, name))
    record.computed_at = at


def _find_uncounted() -> Iterable[tuple[int, int]]:
    """Find closed visits without a record computed since their scans arrived."""
    seen = ServiceRecord.objects.live().filter(
        volunteer=OuterRef("volunteer"),
        shift=OuterRef("shift"),
        computed_at__gte=Greatest(OuterRef("opened_by__received_at"), OuterRef("closed_by__received_at")),
    )
    closed = Visit.objects.filter(sealed_at=None, closed_at__isnull=False)
    return closed.filter(~Exists(seen)).values_list("volunteer_id", "shift_id")


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
    taken_back = Annulment.objects.filter(Exists(computed_before))
    for volunteer_id, shift_id in taken_back.values_list("scan__volunteer_id", "scan__shift_id"):
        if volunteer_id is not None and shift_id is not None:
            yield volunteer_id, shift_id


def _find_given_up(at: dt.datetime) -> Iterable[tuple[int, int]]:
    """Find open visits that were given up, and not counted since."""
    open_visits = (
        Visit.objects.open()
        .filter(sealed_at=None)
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
        .values_list("volunteer_id", "shift_id", "opened_at", "counted_at")
    )
    facts = Facts()
    plans = facts.plans(shift_id for _, shift_id, _, _ in open_visits)
    for volunteer_id, shift_id, opened_at, counted_at in open_visits:
        plan, opened = plans[shift_id], int(opened_at.timestamp())
        already = counted_at is not None and plan.is_given_up(opened, int(counted_at.timestamp()))
        if plan.is_given_up(opened, int(at.timestamp())) and not already:
            yield volunteer_id, shift_id
