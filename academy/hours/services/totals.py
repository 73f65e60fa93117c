"""The sums of a volunteer's hours for their own pages."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone

from academy.checkin.models import Scan, Visit
from academy.hours import evidence
from academy.hours.evidence import Evidence
from academy.hours.models import Category, HoursTotal, RecordState, ServiceRecord
from academy.hours.services.notices import expected_on
from academy.people.models import Volunteer


def total_of(volunteer: Volunteer) -> HoursTotal:
    """Return the volunteer's effective minutes, service and learning apart (T2), merged rows included.

    It takes one statement for any history. The result is derived: do not save it.
    """
    summed = HoursTotal.objects.of(volunteer).aggregate(
        service=Sum("service_minutes", default=0), training=Sum("training_minutes", default=0)
    )
    return HoursTotal(volunteer=volunteer, service_minutes=summed["service"], training_minutes=summed["training"])


def minutes_by_evidence(volunteer: Volunteer) -> list[tuple[Evidence, int]]:
    """Return the volunteer's effective service minutes by evidence. Their sum is the total."""
    effective = ServiceRecord.objects.effective().of(volunteer)
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
class Summary:
    """A volunteer's hours on one page, in minutes."""

    total: HoursTotal
    waiting: list[WaitingRecord]
    in_progress: list[Visit]

    @property
    def waiting_minutes(self) -> int:
        """The minutes of service time (T2) that no effective record holds yet."""
        return sum(one.record.minutes for one in self.new if one.record.category == Category.SERVICE)

    @property
    def new(self) -> list[WaitingRecord]:
        """The waiting records without corrections: the effective hours still hold what those replace (K4)."""
        return [one for one in self.waiting if not one.record.waits_to_replace]


def summary_for(volunteer: Volunteer, *, at: dt.datetime) -> Summary:
    """Return effective hours, waiting records and open visits (K1). Four statements in a request."""
    waiting = ServiceRecord.objects.live().of(volunteer).exclude(state=RecordState.EFFECTIVE)
    open_visits = Visit.objects.open().of(volunteer).select_related("shift__activity")
    return Summary(
        total=total_of(volunteer),
        waiting=[
            WaitingRecord(record, expected_for(record, at))
            for record in waiting.select_related("rule_set", "activity", "replaces")
        ],
        in_progress=list(open_visits),
    )


def expected_for(record: ServiceRecord, at: dt.datetime) -> dt.date | None:
    """Return the day on which `record` takes effect without an objection; None if a decision comes first."""
    if record.state == RecordState.AWAITING_CONFIRMATION:
        return expected_on(timezone.localdate(at), record.rule_set, alone=record.alone)
    if record.state == RecordState.ON_NOTICE:
        return record.effective_on
    return None
