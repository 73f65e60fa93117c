"""Seals: a settled record with what it rests on, in a chain, at each change of its state (ADR 31)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from academy.core.sql import batched
from academy.hours import contents, ledger
from academy.hours.contents import Row
from academy.hours.models import Seal, ServiceRecord


@transaction.atomic
def seal(record_ids: Iterable[int]) -> None:
    """Enter these settled records into their communities' chains of seals, as they are stored now.

    Part of each act that settles a record, or moves a settled one: called at its end, in its transaction.
    """
    for pks in batched(sorted(set(record_ids))):
        rows = contents.read(contents.RECORD, ServiceRecord.objects.filter(pk__in=pks))
        states = dict(ServiceRecord.objects.filter(pk__in=pks).values_list("pk", "state"))
        reasons = contents.read_reasons(rows)
        of_community: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            of_community[row["community_id"]].append(row)
        for community_id in sorted(of_community):
            _append(community_id, of_community[community_id], states, reasons)


def hash_of(seal: Seal) -> str:
    """Return the SHA-256 of all that the seal says; the hash before it is a part."""
    return contents.digest(
        {
            "community": seal.community_id,
            "seq": seal.seq,
            "record": seal.record_id,
            "state": seal.state,
            "form": seal.form,
            "content": seal.content,
            "rests_on": seal.rests_on,
            "ledger": [seal.ledger_seq, seal.ledger_hash],
            "sealed_at": seal.sealed_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "previous_hash": seal.previous_hash,
        }
    )


def _append(
    community_id: int, rows: list[Row], states: dict[int, str], reasons: dict[int, list[contents.Reason]]
) -> None:
    head, now = ledger.lock(community_id), timezone.now()
    entered = []
    for row in rows:
        head.seal_seq += 1
        one = Seal(
            community_id=community_id,
            seq=head.seal_seq,
            record_id=row["pk"],
            state=states[row["pk"]],
            form=contents.FORM,
            content=contents.digest_of(contents.RECORD, row),
            rests_on=[[*reason] for reason in reasons[row["pk"]]],
            ledger_seq=head.seq,
            ledger_hash=head.hash,
            sealed_at=now,
            previous_hash=head.seal_hash,
        )
        one.hash = head.seal_hash = hash_of(one)
        entered.append(one)
    Seal.objects.bulk_create(entered)
    head.save(update_fields=["seal_seq", "seal_hash"])
