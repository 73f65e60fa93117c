"""The sums of a volunteer's hours for their own pages."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, Sum
from django.db.models.functions import ExtractMonth, ExtractYear
from django.utils import timezone

from academy.checkin.models import Scan, Visit
from academy.checkin.services.visits import is_given_up_at
from academy.core import shown_hours
from academy.core.together import Together
from academy.hours import evidence
from academy.hours.evidence import Evidence
from academy.hours.models import Category, HoursTotal, RecordState, ServiceRecord
from academy.hours.models.records import DEAD_STATES, NOTICE_STATES, RecordQuerySet
from academy.hours.services.notices import expected_on
from academy.people.models import Volunteer
from academy.rulebook.services import timeline


def total_of(volunteer: Volunteer) -> HoursTotal:
    """Return the volunteer's effective minutes, service and learning apart (T2), merged rows included.

    It takes one statement for any history. The result is derived: do not save it.
    """
    summed = HoursTotal.objects.of(volunteer).aggregate(
        service=Sum("service_minutes", default=0), training=Sum("training_minutes", default=0)
    )
    return HoursTotal(volunteer=volunteer, service_minutes=summed["service"], training_minutes=summed["training"])


def hours_this_year(people: Sequence[Volunteer], at: dt.datetime) -> dict[int, str]:
    """Return the effective service hours of this year as text, by volunteer (id), in one statement."""
    year = timezone.localdate(at).year
    effective = ServiceRecord.objects.effective().of_all(people).with_person()
    mine = effective.filter(category=Category.SERVICE, date__year=year)
    minutes = dict(mine.order_by().values_list("person").annotate(minutes=Sum("minutes")))
    return {person.pk: shown_hours.hours(minutes.get(person.pk, 0), person.community_id) for person in people}


def minutes_by_evidence(volunteer: Volunteer, year: int | None = None) -> list[tuple[Evidence, int]]:
    """Return the effective service minutes of a year, or of all, by evidence. They sum up to the total."""
    effective = ServiceRecord.objects.effective().of(volunteer)
    if year is not None:
        effective = effective.filter(date__year=year)
    records = list(effective.filter(category=Category.SERVICE, minutes__gt=0))
    methods = methods_behind(volunteer, records)
    return evidence.sum_by_evidence((methods[record.pk], record.minutes) for record in records)


def methods_behind(volunteer: Volunteer, records: list[ServiceRecord]) -> dict[int, list[str]]:
    """Return by record id the methods of its scans; for an imported record, the method "imported"."""
    # Annulled scans too: a record keeps the scans that it was confirmed with.
    shifts = {record.shift_id for record in records}
    scans = Scan.objects.of(volunteer).filter(refusal="", shift__in=shifts)
    methods = dict(scans.values_list("pk", "method"))
    return {
        record.pk: ["imported"] if "imported" in record.basis else [methods[UUID(pk)] for pk in record.basis["scans"]]
        for record in records
    }


@dataclass(frozen=True)
class WaitingRecord:
    """A record that is not effective yet, with the day on which it takes effect if confirmed today."""

    record: ServiceRecord
    expected: dt.date | None  # None: a decision comes first


@dataclass(frozen=True)
class MonthSums:
    """The minutes of one category in one calendar month."""

    first: dt.date  # the first day of the month
    category: str
    effective: int
    waiting: int  # corrections left out: the effective minutes still hold what those replace (K4)


@dataclass(frozen=True)
class Summary:
    """A volunteer's hours on one page, in minutes."""

    months: list[MonthSums]
    records: list[ServiceRecord]  # those that wait, and the effective ones that were asked for; the latest first
    waiting: list[WaitingRecord]
    in_progress: list[Visit]
    forgotten: list[Visit]  # without a check-out, which can no longer come (H6)

    @property
    def effective_minutes(self) -> int:
        """The minutes of service time (T2) that count."""
        return sum(one.effective for one in self.months if one.category == Category.SERVICE)

    @property
    def training_minutes(self) -> int:
        """The minutes of learning time (T2) that count."""
        return sum(one.effective for one in self.months if one.category == Category.TRAINING)

    @property
    def waiting_minutes(self) -> int:
        """The minutes of service time (T2) that no effective record holds yet."""
        return sum(one.waiting for one in self.months if one.category == Category.SERVICE)

    @property
    def new(self) -> list[WaitingRecord]:
        """The waiting records without corrections: the effective hours still hold what those replace (K4)."""
        return [one for one in self.waiting if not one.record.waits_to_replace]


def summary_for(
    volunteer: Volunteer,
    *,
    at: dt.datetime,
    since: dt.date | None = None,
    records: RecordQuerySet | None = None,
    together: Together | None = None,
) -> Summary:
    """Return the hours by month, the waiting records and the open visits (K1).

    With `since`, also the effective records from that day on. `records` are all valid ones with the caller's
    annotations. Takes four statements for any history, and one more with
    an open visit. With `together`, one of them reads the other lists of the page too.
    """
    months = _months(volunteer, together or Together())
    shown = ~Q(state=RecordState.EFFECTIVE)
    if since is not None:
        shown |= Q(date__gte=since)
    live = ServiceRecord.objects.live().of(volunteer) if records is None else records
    found = list(live.filter(shown).select_related("rule_set", "activity", "shift", "replaces"))
    visits = list(
        Visit.objects.open()
        .of(volunteer)
        .filter(sealed_at=None)
        .select_related("shift__activity", "volunteer__merged_into")
    )
    forgotten = [visit for visit in visits if _is_forgotten(visit, at)]
    return Summary(
        months=months(),
        records=found,
        waiting=[
            WaitingRecord(record, expected_for(record, at)) for record in found if record.state != RecordState.EFFECTIVE
        ],
        in_progress=[visit for visit in visits if visit not in forgotten],
        forgotten=forgotten,
    )


def sums_by_month(volunteer: Volunteer) -> list[MonthSums]:
    """Return the minutes of the valid records by month and category, the earliest month first.

    Takes one statement. The effective minutes of all months are the total of the ledger (`total_of`).
    """
    return _months(volunteer, Together())()


def _months(volunteer: Volunteer, together: Together) -> Callable[[], list[MonthSums]]:
    waits_to_replace = Q(state__in=NOTICE_STATES, replaces__state=RecordState.EFFECTIVE)
    valid = ServiceRecord.objects.of(volunteer).exclude(state__in=DEAD_STATES).exclude(waits_to_replace)
    is_effective = Q(state=RecordState.EFFECTIVE)
    summed = (
        valid.order_by()
        # Two numbers, since PostgreSQL does not see that a truncated date is the same as the one it groups by.
        .annotate(year=ExtractYear("date"), month=ExtractMonth("date"))
        .values("year", "month", "category")
        .annotate(
            effective=Sum("minutes", filter=is_effective, default=0),
            waiting=Sum("minutes", filter=~is_effective, default=0),
        )
    )
    rows = together.add(summed, "year", "month", "category", "effective", "waiting")

    def read() -> list[MonthSums]:
        return [MonthSums(dt.date(year, month, 1), *rest) for year, month, *rest in sorted(rows())]

    return read


def _is_forgotten(visit: Visit, at: dt.datetime) -> bool:
    community = visit.shift.activity.community_id
    return is_given_up_at(visit, timeline(community).parameters_on(community, visit.shift.date), at)


def expected_for(record: ServiceRecord, at: dt.datetime) -> dt.date | None:
    """Return the day on which `record` takes effect without an objection.

    None if a decision, or a missing check-out, comes first.
    """
    if record.lacks_check_out:
        return None
    if record.state == RecordState.AWAITING_CONFIRMATION:
        return expected_on(timezone.localdate(at), record.rule_set, alone=record.alone)
    if record.state == RecordState.ON_NOTICE:
        return record.effective_on
    return None
