"""Storing what a count gives: open records follow it, settled ones stay and get a proposal (K8)."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import chain

from django.db.models import Q

from academy.hours.counting import CONTENT, CountedRecord, count, gist_of
from academy.hours.day_limits import find_excess
from academy.hours.days import Attendance, Facts
from academy.hours.models import (
    OPEN_STATES,
    CorrectionProposal,
    DailyApproval,
    RecordState,
    ServiceRecord,
)
from academy.hours.recount import standing_of

logger = logging.getLogger(__name__)

Place = tuple[int, dt.date]  # of a record: its shift and date


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


@dataclass(frozen=True)
class People:
    """The volunteers whose hours are counted, with the rows merged into them. All ids."""

    homes: dict[int, int]  # from a row that stays to its home community
    stays: dict[int, int]  # from every row to the row that stays


@dataclass
class JoinedDays:
    """One volunteer's joined days, with the records stored for them."""

    volunteer_id: int
    home: int
    joined: list[Attendance]
    stored: dict[Place, list[ServiceRecord]] = field(default_factory=dict)
    beside: list[ServiceRecord] = field(default_factory=list)  # settled without scans: imported lines

    @property
    def dates(self) -> set[dt.date]:
        return {dt.date.fromordinal(date) for one in self.joined for date in one.dates}

    @property
    def settled(self) -> list[ServiceRecord]:
        return [record for record in chain(*self.stored.values()) if record.state not in OPEN_STATES]


def store(
    days: Iterable[JoinedDays],
    *,
    facts: Facts,
    at: dt.datetime,
    people: People,
    asked: tuple[int, int] | None = None,
    keep: Collection[int] = (),
) -> Outcome:
    """Update the records of these joined days, and those of the volunteer and shift in `asked`.

    Open records of a merged row are withdrawn, as the row that stays gets them. A settled record keeps its row, and the
    minutes of open records are counted behind it until a difference is decided (H4, H5). `keep`: the ids of settled
    records that this count takes as given although late facts would change them.
    """
    days = list(days)
    attended = {(one.volunteer_id, attendance.shift_id) for one in days for attendance in one.joined}
    shifts = attended if asked is None else attended | {asked}
    live = ServiceRecord.objects.live().filter(volunteer_id__in=list(people.stays))
    if asked is not None:
        dates = {date for one in days for date in one.dates}
        live = live.filter(Q(shift_id__in={shift_id for _, shift_id in shifts}) | Q(date__in=dates))
    stored: dict[tuple[int, int], list[ServiceRecord]] = defaultdict(list)
    on_date: dict[tuple[int, dt.date], list[ServiceRecord]] = defaultdict(list)
    for record in live:
        volunteer_id = people.stays[record.volunteer_id]
        place = volunteer_id, record.shift_id
        if place in shifts:
            stored[place].append(record)
        # Also a settled record whose scans are gone stands until a decision ends it.
        if place not in attended and record.state not in OPEN_STATES:
            on_date[volunteer_id, record.date].append(record)

    outcome = Outcome()
    for one in days:
        for attendance in one.joined:
            for record in stored.pop((one.volunteer_id, attendance.shift_id), ()):
                one.stored.setdefault((record.shift_id, record.date), []).append(record)
        one.beside = [record for date in one.dates for record in on_date[one.volunteer_id, date]]
    approvals = _approvals(people)
    declined = _declined(days, people)
    for one in days:
        _count_days(outcome, one, facts, approvals[one.volunteer_id], declined, keep=keep, at=at)
    for record in chain(*stored.values()):
        _leave(outcome, record, at=at)

    ServiceRecord.objects.bulk_create(outcome.created)
    ServiceRecord.objects.bulk_update(outcome.changed, [*CONTENT[:-1], "rule_set", "computed_at"], batch_size=50)
    ServiceRecord.objects.bulk_update(outcome.withdrawn, ["state", "computed_at"], batch_size=200)
    if outcome.settled:
        _propose(outcome, at=at, keep=keep)
    return outcome


def _approvals(people: People) -> dict[int, list[DailyApproval]]:
    approvals: dict[int, list[DailyApproval]] = defaultdict(list)
    for approval in DailyApproval.objects.accepted().filter(volunteer__in=list(people.stays)).order_by("pk"):
        approvals[people.stays[approval.volunteer_id]].append(approval)
    return approvals


def _declined(days: list[JoinedDays], people: People) -> dict[int, CorrectionProposal]:
    """Return the last declined correction of each settled record of these days."""
    if not any(one.settled for one in days):
        return {}
    of_people = CorrectionProposal.objects.filter(accepted=False, record__volunteer__in=list(people.stays))
    return {proposal.record_id: proposal for proposal in of_people.order_by("decided_at", "pk")}


def _count_days(
    outcome: Outcome,
    days: JoinedDays,
    facts: Facts,
    approvals: list[DailyApproval],
    declined: dict[int, CorrectionProposal],
    *,
    keep: Collection[int],
    at: dt.datetime,
) -> None:
    """Count one volunteer's joined days, and compare the count with the records stored for them.

    A settled record whose correction was declined stands: the others are counted behind it. While another difference
    waits for its decision, all settled records stand for those that are open.
    """

    def counted_behind(standing: Iterable[ServiceRecord]) -> list[CountedRecord]:
        stands = standing_of([*days.beside, *standing])
        return list(count(days.joined, home=days.home, facts=facts, approvals=approvals, standing=stands))

    settled = days.settled
    standing = [record for record in settled if record.pk in keep]
    while True:
        expected = counted_behind(standing)
        matches = _match(settled, expected, days.volunteer_id)
        differing = [
            Difference(record, matches.get(record.pk))
            for record in settled
            if record not in standing and _differs(record, matches.get(record.pk))
        ]
        stays = [one.record for one in differing if _is_declined(one, declined)]
        if not stays or find_excess(
            [*days.beside, *standing, *stays], home=days.home, facts=facts, approvals=approvals
        ):
            break
        standing += stays
    behind = counted_behind(settled) if differing else expected

    outcome.settled += settled
    outcome.unchanged += [record for record in settled if record in standing or record.pk in matches]
    outcome.differing += differing
    taken = {(record.shift_id, record.date) for record in settled}
    opened = {place: [one for one in some if one.state in OPEN_STATES] for place, some in days.stored.items()}
    for counted in behind:
        if counted.place in taken:
            continue
        records = opened.get(counted.place, [])
        mine = next((record for record in records if record.volunteer_id == days.volunteer_id), None)
        if mine is not None:
            records.remove(mine)
        _update(outcome, mine, counted, volunteer_id=days.volunteer_id, at=at)
    for record in chain(*opened.values()):
        _leave(outcome, record, at=at)


def _match(
    settled: Iterable[ServiceRecord], expected: Iterable[CountedRecord], volunteer_id: int
) -> dict[int, CountedRecord]:
    """Return what is counted for settled records, by the record's id.

    Merged rows may have several records of one shift and date: one that agrees comes first.
    """
    records: dict[Place, list[ServiceRecord]] = defaultdict(list)
    for record in settled:
        records[record.shift_id, record.date].append(record)
    matches = {}
    for counted in expected:
        if mine := records.get(counted.place):

            def worse(one: ServiceRecord, counted: CountedRecord = counted) -> tuple[bool, bool, int]:
                return not counted.agrees_with(one), one.volunteer_id != volunteer_id, one.pk

            matches[min(mine, key=worse).pk] = counted
    return matches


def _differs(record: ServiceRecord, counted: CountedRecord | None) -> bool:
    return bool(record.minutes) if counted is None else not counted.agrees_with(record)


def _is_declined(difference: Difference, declined: dict[int, CorrectionProposal]) -> bool:
    """Return whether the same correction of this record was declined, on the same facts."""
    before = declined.get(difference.record.pk)
    content = difference.counted.content if difference.counted else None
    return before is not None and gist_of(before.content) == gist_of(content)


def _leave(outcome: Outcome, record: ServiceRecord, *, at: dt.datetime) -> None:
    """Withdraw an open record that the count no longer makes; a settled one stays."""
    if record.state in OPEN_STATES:
        record.state, record.computed_at = RecordState.WITHDRAWN, at
        outcome.withdrawn.append(record)
    else:
        outcome.settled.append(record)
        if record.minutes:
            outcome.differing.append(Difference(record, None))


def _update(
    outcome: Outcome, record: ServiceRecord | None, counted: CountedRecord, *, volunteer_id: int, at: dt.datetime
) -> None:
    """Give an open record the content that was counted, or create one."""
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
    elif counted.is_content_of(record):
        outcome.unchanged.append(record)
        return
    else:
        outcome.changed.append(record)
    for name in CONTENT:
        setattr(record, name, getattr(counted, name))
    record.computed_at = at


def _propose(outcome: Outcome, *, at: dt.datetime, keep: Collection[int]) -> None:
    """Store a proposal for each settled record that late facts would change.

    Open proposals that no longer apply are deleted, but not those of the records in `keep`.
    """
    contents = {one.record.pk: one.counted.content if one.counted else None for one in outcome.differing}
    of_settled = CorrectionProposal.objects.filter(record__in=[record.pk for record in outcome.settled])
    open_ones = {proposal.record_id: proposal for proposal in of_settled.open() if proposal.record_id not in keep}
    gone = [proposal.pk for pk, proposal in open_ones.items() if pk not in contents]
    CorrectionProposal.objects.filter(pk__in=gone).delete()
    new: list[CorrectionProposal] = []
    changed: list[CorrectionProposal] = []
    for difference in outcome.differing:
        pk = difference.record.pk
        proposal = open_ones.get(pk) or CorrectionProposal(record=difference.record, asked_at=at)
        if proposal.pk is None or proposal.content != contents[pk]:
            proposal.minutes_before, proposal.minutes_after = difference.record.minutes, difference.minutes or 0
            proposal.content, proposal.asked_at = contents[pk], at
            (new if proposal.pk is None else changed).append(proposal)
            logger.warning("A settled record would change: %s", difference)
    CorrectionProposal.objects.bulk_create(new)
    CorrectionProposal.objects.bulk_update(changed, ["minutes_before", "minutes_after", "content", "asked_at"])
