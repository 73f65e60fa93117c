"""The proof of settled records: each is counted again from its own basis, and each day is added up.

The basis holds all facts that the record was computed from. An imported record has no scans to count; it is compared
with its imported line.
"""

from collections.abc import Iterable, Iterator

from academy.hours.models import Category, ImportedRow, ServiceRecord
from academy.hours.recount import Recount, facts_of

AT_ONCE = 200


def differences(records: Iterable[ServiceRecord]) -> Iterator[str]:
    """Yield how records differ from their evidence, in words for an auditor.

    The evidence is what counting the scans in a record's basis gives, or the record's imported line.
    """
    recount = Recount()
    batch: list[ServiceRecord] = []
    for record in records:
        batch.append(record)
        if len(batch) == AT_ONCE:
            yield from _compare(batch, recount)
            batch = []
    yield from _compare(batch, recount)


def _compare(batch: list[ServiceRecord], recount: Recount) -> Iterator[str]:
    lines = {row.record_id: row for row in ImportedRow.objects.filter(record__in=batch)}
    imported = [record for record in batch if record.pk in lines or "imported" in record.basis]
    for record in imported:
        yield from _compare_with_line(record, lines.get(record.pk))
    empty = [record for record in batch if not record.minutes and not record.basis["scans"]]  # “was not there”
    scanned = [record for record in batch if record not in imported and record not in empty]
    recount.read(scanned)
    for record in scanned:
        yield from _compare_with_scans(record, recount)
    yield from _compare_standing(scanned)


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
    stored = {facts["record"]: facts for facts in facts_of(ServiceRecord.objects.filter(pk__in=named))}
    for record in records:
        for facts in record.basis.get("stands", ()):
            if facts != stored.get(facts["record"]):
                yield f"record {record.pk}: it was counted behind record {facts['record']}, which says otherwise"
