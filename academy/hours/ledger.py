"""The ledger: lines of minutes, each chained by hash to the line before, with their totals.

A record of 0 minutes takes effect without a line: it adds no minutes, and the record explains why.
"""

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from academy.core.text import prose
from academy.hours.models import Category, HoursTotal, LedgerEntry, LedgerHead, ServiceRecord
from academy.people.models import User

GENESIS = "0" * 64
TOTAL_OF = {Category.SERVICE.value: "service_minutes", Category.TRAINING.value: "training_minutes"}


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


def lock_all(records: Iterable[ServiceRecord]) -> None:
    """Lock the ends of the chains of these records' communities, in one order.

    For a transaction that settles records of several communities one after another.
    """
    for community_id in sorted({record.community_id for record in records}):
        lock(community_id)


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


def _add_to_totals(entries: list[LedgerEntry]) -> None:
    added: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(TOTAL_OF.values(), 0))
    for entry in entries:
        added[entry.volunteer_id][TOTAL_OF[entry.category]] += entry.minutes
    # Locked in one order, so that the ledgers of two communities do not deadlock.
    volunteers = sorted(added)
    HoursTotal.objects.bulk_create([HoursTotal(volunteer_id=pk) for pk in volunteers], ignore_conflicts=True)
    totals = list(HoursTotal.objects.select_for_update().filter(pk__in=volunteers).order_by("pk"))
    for total in totals:
        for name, minutes in added[total.pk].items():
            setattr(total, name, getattr(total, name) + minutes)
    HoursTotal.objects.bulk_create(
        totals, update_conflicts=True, unique_fields=["volunteer"], update_fields=list(TOTAL_OF.values())
    )
