"""The proof of settled records: each is counted again from its own basis.

The basis holds all facts that the record was computed from. An imported record has no scans to count; it is compared
with its imported line.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from copy import copy
from typing import Any
from uuid import UUID

from academy.checkin.models import Direction, Scan
from academy.hours import rules
from academy.hours.days import ZONE, counting_parameters
from academy.hours.models import Category, ImportedRow, ServiceRecord
from academy.rulebook.models import RuleSet

AT_ONCE = 200

Scans = dict[UUID, tuple[dt.datetime, str]]


def differences(records: Iterable[ServiceRecord]) -> Iterator[str]:
    """Yield how records differ from their evidence, in words for an auditor.

    The evidence is what counting the scans in a record's basis gives, or the record's imported line.
    """
    parameters: dict[int, rules.Parameters] = {}
    batch: list[ServiceRecord] = []
    for record in records:
        batch.append(record)
        if len(batch) == AT_ONCE:
            yield from _compare(batch, parameters)
            batch = []
    yield from _compare(batch, parameters)


def _compare(batch: list[ServiceRecord], parameters: dict[int, rules.Parameters]) -> Iterator[str]:
    lines = {row.record_id: row for row in ImportedRow.objects.filter(record__in=batch)}
    imported = [record for record in batch if record.pk in lines or "imported" in record.basis]
    for record in imported:
        yield from _compare_with_line(record, lines.get(record.pk))
    yield from _compare_with_scans([record for record in batch if record not in imported], parameters)


def _compare_with_line(record: ServiceRecord, row: ImportedRow | None) -> Iterator[str]:
    if row is None:
        yield f"record {record.pk}: it says it was imported, and no imported line has it"
        return
    for name, stored, expected in (
        ("volunteer", record.volunteer_id, row.volunteer_id),
        ("date", record.date, row.date),
        ("minutes", record.minutes, row.minutes),
        ("category", record.category, Category.SERVICE.value),
        ("basis", record.basis.get("imported"), {"import": row.source_id, "line": row.line}),
        ("scans", record.basis["scans"], []),
    ):
        if stored != expected:
            yield f"record {record.pk}: {name} {stored}, its imported line says {expected}"


def _compare_with_scans(batch: list[ServiceRecord], parameters: dict[int, rules.Parameters]) -> Iterator[str]:
    ids = {scan for record in batch for facts in _shifts(record).values() for scan in facts["scans"]}
    rows = Scan.objects.filter(pk__in=ids).values_list("pk", "happened_at", "direction")
    scans = {pk: (happened_at, direction) for pk, happened_at, direction in rows}
    wanted = {facts["rule_set"] for record in batch for facts in _shifts(record).values()} - parameters.keys()
    parameters |= {one.pk: counting_parameters(one) for one in RuleSet.objects.filter(pk__in=wanted)}
    for record in batch:
        if lost := [scan for facts in _shifts(record).values() for scan in facts["scans"] if UUID(scan) not in scans]:
            yield f"record {record.pk}: it rests on scans that are not there: {', '.join(lost)}"
            continue
        counted = _count(record, scans, parameters)
        if counted is None:
            yield f"record {record.pk}: {record.minutes} minutes, and its scans make no record"
            continue
        steps = [step._asdict() for step in counted.steps]
        for name, stored, expected in (
            ("minutes", record.minutes, counted.minutes),
            ("category", record.category, counted.category),
            ("flags", record.flags, [*counted.flags]),
            ("steps", record.steps, steps),
        ):
            if stored != expected:
                yield f"record {record.pk}: {name} {stored}, its scans make {expected}"


def minutes_up_to(record: ServiceRecord, moments: Iterable[dt.datetime]) -> list[int]:
    """Return the record's minutes with only its shift's scans up to each of these moments.

    They are counted from the record's own basis, with all other shifts of its days.
    """
    ids = {scan for facts in _shifts(record).values() for scan in facts["scans"]}
    rows = Scan.objects.filter(pk__in=ids).values_list("pk", "happened_at", "direction")
    scans = {pk: (happened_at, direction) for pk, happened_at, direction in rows}
    wanted = {facts["rule_set"] for facts in _shifts(record).values()}
    parameters = {one.pk: counting_parameters(one) for one in RuleSet.objects.filter(pk__in=wanted)}
    found = []
    for moment in moments:
        part = copy(record)
        known = [scan for scan in record.basis["scans"] if scans[UUID(scan)][0] <= moment]
        part.basis = {**record.basis, "scans": known}
        counted = _count(part, scans, parameters)
        found.append(counted.minutes if counted else 0)
    return found


def _shifts(record: ServiceRecord) -> dict[str, dict[str, Any]]:
    return {str(record.shift_id): record.basis, **record.basis["with"]}


def _count(record: ServiceRecord, scans: Scans, parameters: dict[int, rules.Parameters]) -> rules.Record | None:
    basis = record.basis

    def limit_on(date: dt.date) -> rules.DayLimit:
        limit = basis["limits"][date.isoformat()]
        return rules.DayLimit(limit["daily_minutes"], limit["daily_hard_minutes"])

    settled = rules.settle(
        [_activity(shift, facts, parameters) for shift, facts in _shifts(record).items()],
        [
            rules.Scan(int(scans[UUID(scan)][0].timestamp()), scans[UUID(scan)][1] == Direction.IN, shift)
            for shift, facts in _shifts(record).items()
            for scan in facts["scans"]
        ],
        timezone=ZONE,
        limit_on=limit_on,
        approvals=[
            rules.Approval(dt.date.fromisoformat(one["date"]), one["daily_minutes"]) for one in basis["approvals"]
        ],
        explain=True,
    )
    shift = str(record.shift_id)
    return next((one for one in settled if one.activity == shift and one.date == record.date), None)


def _activity(shift: str, facts: dict[str, Any], parameters: dict[int, rules.Parameters]) -> rules.Activity:
    return rules.Activity(
        id=shift,
        kind=facts["kind"],
        role=facts["counts_as"],
        starts_at=_second(facts["starts_at"]),
        ends_at=_second(facts["ends_at"]),
        overtime_until=_second(facts["overtime_until"]) if facts["overtime_until"] else None,
        breaks=[(_second(start), _second(end)) for start, end in facts["breaks"]],
        group=facts["group"],
        parameters=parameters[facts["rule_set"]],
    )


def _second(written: str) -> int:
    return int(dt.datetime.fromisoformat(written).timestamp())
