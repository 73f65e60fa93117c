"""The two chains of a community, entries and seals, with their head and the totals."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Sum
from django.utils import timezone

from academy.core.models import Community
from academy.hours import ledger, seals
from academy.hours.models import HoursTotal, LedgerEntry, LedgerHead, Seal, ServiceRecord

# Two acts at the same moment may take their time and their turn in a different order; clocks differ.
TOLERANCE = dt.timedelta(hours=1)


def differences(community: Community, *, at: dt.datetime) -> Iterator[str]:
    """Yield what is wrong with the community's entries, seals and head (`at` is now)."""
    head = LedgerHead.objects.filter(community=community).first() or LedgerHead(community=community)
    hashes = {0: ledger.GENESIS}
    seq, previous = 0, ledger.GENESIS
    entries = LedgerEntry.objects.filter(community=community).order_by("seq")
    for entry in entries.select_related("record", "reverses").iterator(chunk_size=500):
        if entry.seq != seq + 1:
            yield f"{community.slug}: entry {entry.seq} follows entry {seq}"
        if entry.previous_hash != previous:
            yield f"{community.slug}: entry {entry.seq} does not continue the chain"
        if entry.hash != ledger.hash_of(entry):
            yield f"{community.slug}: entry {entry.seq} is not what its hash says"
        yield from _still_to_come(f"{community.slug}: entry {entry.seq}", entry.entered_at, at)
        yield from _compare_with_record(community, entry)
        seq, previous = entry.seq, entry.hash
        hashes[seq] = entry.hash
    if (head.seq, head.hash) != (seq, previous):
        yield f"{community.slug}: the head says entry {head.seq}, the chain ends with entry {seq}"
    yield from _differing_seals(community, head, hashes, at)


def differing_totals() -> Iterator[str]:
    """Yield the volunteers whose stored totals are not the sum of their entries."""
    summed: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(ledger.TOTAL_OF.values(), 0))
    rows = LedgerEntry.objects.order_by().values_list("volunteer_id", "category").annotate(minutes=Sum("minutes"))
    for volunteer_id, category, minutes in rows:
        if category not in ledger.TOTAL_OF:
            yield f"volunteer {volunteer_id}: {minutes} minutes of the category {category} in the ledger"
            continue
        summed[volunteer_id][ledger.TOTAL_OF[category]] = minutes
    stored = {total.pk: total for total in HoursTotal.objects.all()}
    for pk in sorted(summed.keys() | stored.keys()):
        total = stored.get(pk) or HoursTotal(volunteer_id=pk)
        for name in ledger.TOTAL_OF.values():
            if getattr(total, name) != summed[pk][name]:
                yield f"volunteer {pk}: {name} {getattr(total, name)} stored, {summed[pk][name]} in the ledger"


def _compare_with_record(community: Community, entry: LedgerEntry) -> Iterator[str]:
    record = entry.record
    scans = record.basis.get("scans") if isinstance(record.basis, dict) else None
    for name, stored, expected in (
        ("community", record.community_id, entry.community_id),
        ("volunteer", record.volunteer_id, entry.volunteer_id),
        ("category", record.category, entry.category),
        ("rule set", record.rule_set_id, entry.rule_set_id),
        ("scans", sorted(map(str, scans or ())), entry.scans),
    ):
        if stored != expected:
            yield f"record {record.pk}: {name} {stored}, its ledger entry {entry.seq} says {expected}"
    if (old := entry.reverses) is not None and (old.record_id, old.minutes) != (entry.record_id, -entry.minutes):
        yield f"{community.slug}: entry {entry.seq} reverses entry {old.seq}, which says otherwise"


def count_out_of_turn() -> int:
    """Return how many entries are dated more than an hour before an earlier entry of their community."""
    found = 0
    latest: dict[int, dt.datetime] = {}
    entries = LedgerEntry.objects.order_by("community", "seq").values_list("community", "entered_at")
    for community_id, moment in entries.iterator():
        last = latest.setdefault(community_id, moment)
        found += moment < last - TOLERANCE
        latest[community_id] = max(last, moment)
    return found


def _still_to_come(what: str, moment: dt.datetime, now: dt.datetime) -> Iterator[str]:
    if moment > now + TOLERANCE:
        yield f"{what} is of {timezone.localtime(moment):%Y-%m-%d %H:%M}, which is still to come"


def _differing_seals(community: Community, head: LedgerHead, hashes: dict[int, str], now: dt.datetime) -> Iterator[str]:
    seq, previous = 0, ledger.GENESIS
    for seal in Seal.objects.filter(community=community).order_by("seq").iterator(chunk_size=500):
        if seal.seq != seq + 1:
            yield f"{community.slug}: seal {seal.seq} follows seal {seq}"
        if seal.previous_hash != previous:
            yield f"{community.slug}: seal {seal.seq} does not continue the chain"
        if seal.hash != seals.hash_of(seal):
            yield f"{community.slug}: seal {seal.seq} is not what its hash says"
        yield from _still_to_come(f"{community.slug}: seal {seal.seq}", seal.sealed_at, now)
        if hashes.get(seal.ledger_seq) != seal.ledger_hash:
            yield f"{community.slug}: seal {seal.seq} rests on entry {seal.ledger_seq}, which is not in the ledger"
        seq, previous = seal.seq, seal.hash
    if (head.seal_seq, head.seal_hash) != (seq, previous):
        yield f"{community.slug}: the head says seal {head.seal_seq}, the chain ends with seal {seq}"
    there = ServiceRecord.objects.filter(pk=OuterRef("record_id"))
    gone = Seal.objects.filter(~Exists(there), community=community, record_id__isnull=False)
    for pk in sorted(set(gone.values_list("record_id", flat=True))):
        yield f"record {pk}: it was sealed, and is gone"
