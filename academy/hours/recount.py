"""Counting stored records again from their own basis, for a proof or to know which time they hold."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import suppress
from copy import copy
from typing import Any
from uuid import UUID

from academy.checkin.models import Direction, Scan
from academy.hours import rules
from academy.hours.days import ZONE, counting_parameters
from academy.hours.models import ServiceRecord
from academy.rulebook.models import RuleSet


class Recount:
    """Some stored records with the scans and rules in their bases, read in two statements.

    Further records may be read later; a rule set is read once.
    """

    def __init__(self, records: Iterable[ServiceRecord] = ()) -> None:
        self._scans: dict[UUID, tuple[int, bool]] = {}
        self._parameters: dict[int, rules.Parameters] = {}
        self.read(records)

    def read(self, records: Iterable[ServiceRecord]) -> None:
        """Read the facts of these records in place of those read before."""
        shifts = [facts for record in records for facts in shifts_of(record).values() if "rule_set" in facts]
        ids = {UUID(scan) for facts in shifts for scan in facts["scans"]}
        rows = Scan.objects.filter(pk__in=ids).values_list("pk", "happened_at", "direction")
        self._scans = {pk: (int(at.timestamp()), direction == Direction.IN) for pk, at, direction in rows}
        wanted = {facts["rule_set"] for facts in shifts} - self._parameters.keys()
        if wanted:
            for one in RuleSet.objects.filter(pk__in=wanted):
                with suppress(ValueError, TypeError, AttributeError):  # counting under them fails, record by record
                    self._parameters[one.pk] = counting_parameters(one)

    def lost_scans(self, record: ServiceRecord) -> list[str]:
        """Return the ids of scans in the record's basis that are not stored."""
        everything = (scan for facts in shifts_of(record).values() for scan in facts["scans"])
        return [scan for scan in everything if UUID(scan) not in self._scans]

    def scans_up_to(self, record: ServiceRecord, moment: dt.datetime) -> list[str]:
        """Return the ids of the record's own scans up to `moment`."""
        last = int(moment.timestamp())
        return [scan for scan in record.basis["scans"] if self._scans[UUID(scan)][0] <= last]

    def record(self, record: ServiceRecord) -> rules.Record | None:
        """Return what counting the basis gives for this record; None: no record."""
        basis = record.basis

        def limit_on(date: dt.date) -> rules.DayLimit:
            limit = basis["limits"][date.isoformat()]
            return rules.DayLimit(limit["daily_minutes"], limit["daily_hard_minutes"])

        settled = rules.settle(
            self._activities(record),
            self._all_scans(record),
            timezone=ZONE,
            limit_on=limit_on,
            approvals=[
                rules.Approval(dt.date.fromisoformat(one["date"]), one["daily_minutes"]) for one in basis["approvals"]
            ],
            standing=[standing_from(facts) for facts in basis.get("stands", ())],
            preparation_limits=basis.get("preparation", {}),
            explain=True,
        )
        shift = str(record.shift_id)
        return next((one for one in settled if one.activity == shift and one.date == record.date), None)

    def time(self, record: ServiceRecord) -> list[rules.Stretch]:
        """Return the time that the record holds on its date (H5); of an imported record none is known."""
        if "rule_set" not in record.basis:
            return []
        held = rules.time_held(
            self._activities(record),
            self._all_scans(record),
            timezone=ZONE,
            standing=[standing_from(facts) for facts in record.basis.get("stands", ())],
        )
        return held.get((str(record.shift_id), record.date), [])

    def _activities(self, record: ServiceRecord) -> list[rules.Activity]:
        return [
            rules.Activity(
                id=shift,
                kind=facts["kind"],
                role=facts["counts_as"],
                starts_at=_second(facts["starts_at"]),
                ends_at=_second(facts["ends_at"]),
                overtime_until=_second(facts["overtime_until"]) if facts["overtime_until"] else None,
                breaks=[(_second(start), _second(end)) for start, end in facts["breaks"]],
                group=facts["group"],
                parameters=self._parameters[facts["rule_set"]],
            )
            for shift, facts in shifts_of(record).items()
        ]

    def _all_scans(self, record: ServiceRecord) -> Iterator[rules.Scan]:
        for shift, facts in shifts_of(record).items():
            for scan in facts["scans"]:
                if UUID(scan) in self._scans:
                    yield rules.Scan(*self._scans[UUID(scan)], shift)


def shifts_of(record: ServiceRecord) -> dict[str, dict[str, Any]]:
    """Return the facts of the record's shift and of those counted with it, by shift."""
    return {str(record.shift_id): record.basis, **record.basis["with"]}


def standing_of(records: Iterable[ServiceRecord]) -> list[dict[str, Any]]:
    """Return what stands with these settled records, as the basis of a later count keeps it."""
    return facts_of({larger_of(record) for record in records})


def facts_of(records: Iterable[ServiceRecord]) -> list[dict[str, Any]]:
    """Return the minutes and the time of these settled records, as a basis keeps them."""
    records = sorted(records, key=lambda record: record.pk)
    recount = Recount(records)
    return [
        {
            "record": record.pk,
            "shift": str(record.shift_id),
            "date": record.date.isoformat(),
            "category": record.category,
            "minutes": record.minutes,
            "group": record.basis["group"] if record.basis.get("kind") == "preparation" else None,
            "time": [[_iso(start), _iso(end)] for start, end in recount.time(record)],
        }
        for record in records
    ]


def larger_of(record: ServiceRecord) -> ServiceRecord:
    """Return the record, or the larger effective one that its correction on notice waits to replace."""
    old = record.replaces
    return old if record.waits_to_replace and old is not None and old.minutes > record.minutes else record


def standing_from(facts: dict[str, Any]) -> rules.Standing:
    """Return what stands, for the rules, from the facts in a basis."""
    return rules.Standing(
        activity=facts["shift"],
        date=dt.date.fromisoformat(facts["date"]),
        category=facts["category"],
        minutes=facts["minutes"],
        time=[(_second(start), _second(end)) for start, end in facts["time"]],
        group=facts["group"],
    )


def _second(written: str) -> int:
    return int(dt.datetime.fromisoformat(written).timestamp())


def _iso(second: int) -> str:
    return dt.datetime.fromtimestamp(second, ZONE).isoformat()


def minutes_up_to(record: ServiceRecord, moments: Iterable[dt.datetime]) -> list[int]:
    """Return the record's minutes with only its shift's scans up to each of these moments.

    They are counted from the record's own basis, with all other shifts of its days.
    """
    recount = Recount([record])
    found = []
    for moment in moments:
        part = copy(record)
        part.basis = {**record.basis, "scans": recount.scans_up_to(record, moment)}
        counted = recount.record(part)
        found.append(counted.minutes if counted else 0)
    return found
