"""Which records may stand on a certificate, and what its hours rest on. Pure: the standard library only."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from academy.hours import evidence
from academy.hours.evidence import Evidence


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
    """Minutes by what they rest on."""
    return evidence.sum_by_evidence((record.methods, record.minutes) for record in records)
