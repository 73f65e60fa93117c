"""Which records may stand on a certificate, and what its hours rest on. Pure: the standard library only."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Evidence(StrEnum):
    """What somebody's presence rests on (P5), the strongest first."""

    SCANNED = "scanned"  # a code or a card scanned on the spot
    ROSTER = "roster"  # a roster, ticked or signed, or the leader's word (C5)
    MAKE_UP = "make_up"  # entered or put right afterwards (K8, K9)
    IMPORTED = "imported"  # brought along from an earlier list: nothing of it was seen here


_EVIDENCE_OF = {
    "rotating": Evidence.SCANNED,
    "static": Evidence.SCANNED,
    "card": Evidence.SCANNED,
    "everybody_out": Evidence.SCANNED,  # it rests on what the check-in rests on
    "tick": Evidence.ROSTER,
    "paper": Evidence.ROSTER,
    "vouched": Evidence.ROSTER,
    "make_up": Evidence.MAKE_UP,
    "correction": Evidence.MAKE_UP,
    "imported": Evidence.IMPORTED,
}
_WEAKEST_LAST = list(Evidence)


@dataclass(frozen=True)
class Facts:
    """A service record as a certificate sees it."""

    id: int
    date: dt.date
    category: str
    state: str
    minutes: int
    issuer_id: int
    methods: Sequence[str] = ()  # of the scans behind it; "imported" where an earlier list is


def may_stand(record: Facts, *, issuer_id: int, period_from: dt.date, period_to: dt.date) -> bool:
    """Whether `record` is the issuing unit's own (P3) effective (K1) service time (T2, P9) of the period."""
    return (
        record.state == "effective"
        and record.category == "service"
        and record.minutes > 0
        and record.issuer_id == issuer_id
        and period_from <= record.date <= period_to
    )


def rests_on(records: Iterable[Facts]) -> list[tuple[Evidence, int]]:
    """Minutes by what they rest on; a record is as strong as its weakest scan."""
    minutes = dict.fromkeys(Evidence, 0)
    for record in records:
        evidence = max((_EVIDENCE_OF[method] for method in record.methods), key=_WEAKEST_LAST.index)
        minutes[evidence] += record.minutes
    return [(evidence, total) for evidence, total in minutes.items() if total]
