"""The proof of settled records: each is counted again from its own basis, and each day is added up.

The basis holds all facts that the record was computed from. An imported record has no scans to count; it is compared
with its imported line.
"""

from collections.abc import Callable, Iterator
from functools import partial
from uuid import UUID

from academy.hours.models import Category, ImportedRow, ServiceRecord
from academy.hours.recount import Recount, facts_of, shifts_of

AT_ONCE = 200
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def compare(batch: list[ServiceRecord], recount: Recount) -> Iterator[str]:
    """Yield how settled records differ from their evidence, in words for an auditor.

    The evidence is what counting the scans in a record's basis gives, or the record's imported line. A record that
    cannot be read is named.
    """
    readable = [record for record in batch if is_readable(record)]
    for record in batch:
        if record not in readable:
            yield f"record {record.pk}: what it was computed from cannot be read"
    lines = {row.record_id: row for row in ImportedRow.objects.filter(record__in=readable)}
    imported = [record for record in readable if record.pk in lines or "imported" in record.basis]
    for record in imported:
        yield from guard(record, partial(_compare_with_line, record, lines.get(record.pk)))
    empty = [record for record in readable if not record.minutes and not record.basis["scans"]]  # “was not there”
    scanned = [record for record in readable if record not in imported and record not in empty]
    recount.read(scanned)
    for record in scanned:
        yield from guard(record, partial(_compare_with_scans, record, recount))
    yield from _compare_standing(scanned)


def is_readable(record: ServiceRecord) -> bool:
    """Return whether the basis names its scans, rules and approvals in their form."""
    try:
        for facts in shifts_of(record).values():
            if not isinstance(facts.get("rule_set", 0), int):
                return False
            for scan in facts["scans"]:
                UUID(scan)
        approvals, stands = (record.basis.get(name, ()) for name in ("approvals", "stands"))
        numbers = [limit["rule_set"] for limit in record.basis.get("limits", {}).values()]
        numbers += [one["id"] for one in approvals] + [one["record"] for one in stands]
        if "imported" in record.basis:
            numbers += [record.basis["imported"]["import"], record.basis["imported"]["line"]]
        return all(isinstance(number, int) for number in numbers)
    except UNREADABLE:
        return False


def guard(record: ServiceRecord, check: Callable[[], Iterator[str]]) -> Iterator[str]:
    """Yield what `check` finds, or a line if it cannot read the record: the others are still checked."""
    try:
        yield from check()
    except UNREADABLE as error:
        yield f"record {record.pk}: what it was computed from cannot be read ({type(error).__name__}: {error})"


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


def _compare_with_scans(record: ServiceRecord, recount: Recount) -> Iterator[str]:
    if lost := recount.lost_scans(record):
        yield f"record {record.pk}: it rests on scans that are not there: {', '.join(lost)}"
        return
    counted = recount.record(record)
    if counted is None:
        yield f"record {record.pk}: {record.minutes} minutes, and its scans make no record"
        return
    steps = [step._asdict() for step in counted.steps]
    for name, stored, expected in (
        ("minutes", record.minutes, counted.minutes),
        ("category", record.category, counted.category),
        ("flags", record.flags, [*counted.flags]),
        ("steps", record.steps, steps),
    ):
        if stored != expected:
            yield f"record {record.pk}: {name} {stored}, its scans make {expected}"


def _compare_standing(records: list[ServiceRecord]) -> Iterator[str]:
    """Compare what a record was counted behind with the records that it names."""
    named = {facts["record"] for record in records for facts in record.basis.get("stands", ())}
    if not named:
        return
    there = [record for record in ServiceRecord.objects.filter(pk__in=named) if is_readable(record)]
    try:
        stored = {facts["record"]: facts for facts in facts_of(there)}
    except UNREADABLE as error:
        yield f"records {min(named)} to {max(named)}: one cannot be read ({type(error).__name__}: {error})"
        return
    for record in records:
        for facts in record.basis.get("stands", ()):
            if facts != stored.get(facts["record"]):
                yield f"record {record.pk}: it was counted behind record {facts['record']}, which says otherwise"
