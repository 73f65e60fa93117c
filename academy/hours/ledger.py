"""The ledger: lines of minutes, each chained by hash to the line before, with their totals.

A record of 0 minutes takes effect without a line: it adds no minutes, and the record explains why.
"""

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Q, Sum

from academy.core.models import Community
from academy.core.text import prose
from academy.hours import proof
from academy.hours.day_limits import all_excess
from academy.hours.models import Category, HoursTotal, LedgerEntry, LedgerHead, RecordState, ServiceRecord
from academy.people.models import User

GENESIS = "0" * 64
_TOTAL_OF = {Category.SERVICE.value: "service_minutes", Category.TRAINING.value: "training_minutes"}


@dataclass(frozen=True)
class Line:
    """A line to be entered for a record: minutes, and the clause that allows it.

    Negative minutes take minutes back.
    """

    record: ServiceRecord
    minutes: int
    clause: str
    actor: User | None = None
    reason: str = ""
    reverses: LedgerEntry | None = None


def lock(community_id: int) -> LedgerHead:
    """Lock the end of the community's chain until the transaction ends, and return it."""
    LedgerHead.objects.bulk_create([LedgerHead(community_id=community_id)], ignore_conflicts=True)
    return LedgerHead.objects.select_for_update().get(pk=community_id)


@transaction.atomic
def append(*, community_id: int, lines: Iterable[Line], at: dt.datetime) -> list[LedgerEntry]:
    """Enter `lines` at the end of the community's chain and add them to the totals, in one transaction."""
    head = lock(community_id)
    entries = []
    for line in lines:
        head.seq += 1
        entry = LedgerEntry(
            community_id=community_id,
            seq=head.seq,
            volunteer_id=line.record.volunteer_id,
            record=line.record,
            category=line.record.category,
            minutes=line.minutes,
            rule_set_id=line.record.rule_set_id,
            scans=sorted(line.record.basis["scans"]),
            clause=line.clause,
            reason=prose(line.reason),  # as it is stored: the hash covers it
            actor=line.actor,
            reverses=line.reverses,
            entered_at=at,
            previous_hash=head.hash,
        )
        entry.hash = head.hash = hash_of(entry)
        entries.append(entry)
    if entries:
        LedgerEntry.objects.bulk_create(entries)
        head.save(update_fields=["seq", "hash"])
        _add_to_totals(entries)
    return entries


def hash_of(entry: LedgerEntry) -> str:
    """Return the SHA-256 of all fields of an entry except its own hash; the previous hash is one of them."""
    content = {
        "community": entry.community_id,
        "seq": entry.seq,
        "volunteer": entry.volunteer_id,
        "record": entry.record_id,
        "category": entry.category,
        "minutes": entry.minutes,
        "rule_set": entry.rule_set_id,
        "scans": entry.scans,
        "clause": entry.clause,
        "reason": entry.reason,
        "actor": entry.actor_id,
        "reverses": entry.reverses_id,
        "entered_at": entry.entered_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "previous_hash": entry.previous_hash,
    }
    return hashlib.sha256(canonical_json(content)).hexdigest()


def canonical_json(content: Any) -> bytes:
    """Return the one JSON text of `content`, so that equal content has an equal hash."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def audit() -> Iterator[str]:
    """Yield every difference between chains, heads, totals and records, in words for an auditor.

    Run it in a transaction: it locks the heads, so no line is appended meanwhile.
    """
    list(LedgerHead.objects.select_for_update().order_by("pk"))
    for community in Community.objects.order_by("pk"):
        yield from _audit_chain(community)
    yield from _audit_totals()
    yield from _audit_records()
    yield from _audit_days()


def _add_to_totals(entries: list[LedgerEntry]) -> None:
    added: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_TOTAL_OF.values(), 0))
    for entry in entries:
        added[entry.volunteer_id][_TOTAL_OF[entry.category]] += entry.minutes
    # Locked in one order, so that the ledgers of two communities do not deadlock.
    volunteers = sorted(added)
    HoursTotal.objects.bulk_create([HoursTotal(volunteer_id=pk) for pk in volunteers], ignore_conflicts=True)
    totals = list(HoursTotal.objects.select_for_update().filter(pk__in=volunteers).order_by("pk"))
    for total in totals:
        for name, minutes in added[total.pk].items():
            setattr(total, name, getattr(total, name) + minutes)
    HoursTotal.objects.bulk_create(
        totals, update_conflicts=True, unique_fields=["volunteer"], update_fields=list(_TOTAL_OF.values())
    )


def _audit_chain(community: Community) -> Iterator[str]:
    seq, previous = 0, GENESIS
    for entry in LedgerEntry.objects.filter(community=community).order_by("seq").iterator():
        if entry.seq != seq + 1:
            yield f"{community.slug}: entry {entry.seq} follows entry {seq}"
        if entry.previous_hash != previous:
            yield f"{community.slug}: entry {entry.seq} does not continue the chain"
        if entry.hash != hash_of(entry):
            yield f"{community.slug}: entry {entry.seq} is not what its hash says"
        seq, previous = entry.seq, entry.hash
    head = LedgerHead.objects.filter(community=community).first() or LedgerHead(community=community)
    if (head.seq, head.hash) != (seq, previous):
        yield f"{community.slug}: the head says entry {head.seq}, the chain ends with entry {seq}"


def _audit_totals() -> Iterator[str]:
    summed: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_TOTAL_OF.values(), 0))
    rows = LedgerEntry.objects.order_by().values_list("volunteer_id", "category").annotate(minutes=Sum("minutes"))
    for volunteer_id, category, minutes in rows:
        summed[volunteer_id][_TOTAL_OF[category]] = minutes
    stored = {total.pk: total for total in HoursTotal.objects.all()}
    for pk in sorted(summed.keys() | stored.keys()):
        total = stored.get(pk) or HoursTotal(volunteer_id=pk)
        for name in _TOTAL_OF.values():
            if getattr(total, name) != summed[pk][name]:
                yield f"volunteer {pk}: {name} {getattr(total, name)} stored, {summed[pk][name]} in the ledger"


def _audit_records() -> Iterator[str]:
    """Yield the records that differ from the ledger, from their scans or from their imported line.

    The lines of an effective record sum up to its minutes, those of any other record to 0. Counting the scans of a
    settled record gives that record again; an imported record equals its line.
    """
    records = ServiceRecord.objects.annotate(entered=Sum("ledger_entries__minutes", default=0))
    effective = Q(state=RecordState.EFFECTIVE)
    differing = records.filter(effective).exclude(entered=F("minutes")).order_by("pk")
    for pk, minutes, entered in differing.values_list("pk", "minutes", "entered").iterator():
        yield f"record {pk}: {minutes} minutes effective, {entered} in the ledger"
    early = records.exclude(effective).exclude(entered=0).order_by("pk")
    for pk, state, entered in early.values_list("pk", "state", "entered").iterator():
        yield f"record {pk}: {state}, yet {entered} minutes in the ledger"
    settled = ServiceRecord.objects.filter(confirmed_at__isnull=False).order_by("pk")
    yield from proof.differences(settled.iterator(chunk_size=proof.AT_ONCE))


def _audit_days() -> Iterator[str]:
    """Yield the days on which more stands than the rules allow (H4, H5)."""
    for volunteer_id, date, clause in all_excess():
        yield f"volunteer {volunteer_id}: more stands on {date} than {clause} allows"
