"""The audit: stored hours, compared with the facts behind them and with the chains (docs/hours.md).

Each difference is one line in words for an auditor. The audit names a row that it cannot read, and goes on.
"""

from collections.abc import Iterable, Iterator

from academy.audit import anchors, chains, facts, records
from academy.certificates import integrity
from academy.core.models import Community


def differences(printed: Iterable[str] = ()) -> Iterator[str]:
    """Yield every difference; `printed` are anchors that were kept outside the database.

    Run it in a transaction that sees one state of the database.
    """
    for community in Community.objects.order_by("pk"):
        yield from chains.differences(community)
    yield from chains.differing_totals()
    yield from records.differences()
    yield from facts.differences()
    yield from integrity.differences()
    yield from anchors.differences(printed)


def notes() -> Iterator[str]:
    """Yield what the audit cannot prove as well as the rest. A note is no difference."""
    if unsealed := records.count_unsealed():
        yield f"{unsealed} records of an earlier release: proved without a seal"
