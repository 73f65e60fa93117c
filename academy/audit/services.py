"""The audit: stored hours, compared with the facts behind them and with the chains (docs/hours.md).

Each difference is one line in words for an auditor. The audit names a row that it cannot read, and goes on.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import timezone
from django_tasks import task

from academy.audit import anchors, chains, decided, facts, records
from academy.certificates import integrity, letters, receipts
from academy.core import upkeep
from academy.core.models import Community
from academy.core.sql import one_state
from academy.hours.models import LedgerEntry

MOST_LINES = 500  # of a stored result


def differences(kept: Iterable[str] = (), *, at: dt.datetime | None = None) -> Iterator[str]:
    """Yield every difference.

    `kept` are anchors that were kept outside the database, `at` is the day of the audit.

    Run it in a transaction that sees one state of the database.
    """
    at = at or timezone.now()
    for community in Community.objects.order_by("pk"):
        yield from chains.differences(community, at=at)
    yield from chains.differing_totals()
    yield from records.differences()
    yield from facts.differences()
    yield from integrity.differences()
    yield from letters.differences()
    yield from receipts.differences()
    yield from decided.differences()
    yield from anchors.differing_certificates()
    yield from anchors.differences(kept)


@dataclass(frozen=True)
class Proof:
    """The findings of one audit."""

    differences: list[str]
    notes: list[str]
    entries: int  # of the ledgers that it read


def prove(kept: Iterable[str] = ()) -> Proof:
    """Run the whole audit on one state of the database, beside all other work."""
    with one_state():
        return Proof(list(differences(kept)), list(notes()), LedgerEntry.objects.count())


@task()
def prove_later() -> None:
    """Run the audit, and store its result for the page of the system (ADR 72)."""
    try:
        proof = prove()
    except Exception:
        upkeep.finish(upkeep.PROOF, failed=True, at=timezone.now())
        raise
    upkeep.finish(
        upkeep.PROOF,
        failed=bool(proof.differences),
        at=timezone.now(),
        entries=proof.entries,
        count=len(proof.differences),
        differences=proof.differences[:MOST_LINES],
    )


def notes() -> Iterator[str]:
    """Yield what the audit cannot prove as well as the rest. A note is no difference."""
    if unsealed := records.count_unsealed():
        yield f"{unsealed} records of an earlier release: proved without a seal"
    if misdated := chains.count_out_of_turn():
        yield f"{misdated} entries are dated over an hour before an earlier one: a clock was set, or acts were late"
