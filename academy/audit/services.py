"""The audit: stored hours, compared with the facts behind them and with the chains (docs/hours.md).

Each difference is one line in words for an auditor. The audit names a row that it cannot read, and goes on.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.utils import timezone

from academy.audit import anchors, chains, decided, facts, records
from academy.certificates import integrity
from academy.core.models import Community


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
    yield from decided.differences()
    yield from anchors.differing_certificates()
    yield from anchors.differences(kept)


def notes() -> Iterator[str]:
    """Yield what the audit cannot prove as well as the rest. A note is no difference."""
    if unsealed := records.count_unsealed():
        yield f"{unsealed} records of an earlier release: proved without a seal"
    if misdated := chains.count_out_of_turn():
        yield f"{misdated} entries are dated over an hour before an earlier one: a clock was set, or acts were late"
