"""The records that may be on a certificate, and the evidence of its hours. Pure, without Django."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from academy.hours import evidence
from academy.hours.evidence import Evidence


@dataclass(frozen=True)
class Facts:
    """The facts of a service record that a certificate uses."""

    id: int
    date: dt.date
    category: str
    state: str
    minutes: int
    issuer_id: int
    methods: Sequence[str] = ()  # of the scans behind it; "imported" for a record from a spreadsheet


def may_stand(record: Facts, *, issuer_id: int, period_from: dt.date, period_to: dt.date) -> bool:
    """Return whether `record` is the unit's own (P3) effective (K1) service time (T2, P9) in the period."""
    return (
        record.state == "effective"
        and record.category == "service"
        and record.minutes > 0
        and record.issuer_id == issuer_id
        and period_from <= record.date <= period_to
    )


def why_not(
    records: Iterable[Facts], *, issuer_id: int, period_from: dt.date, period_to: dt.date
) -> Literal["", "nothing_effective", "not_issuer"]:
    """Return why the unit can certify none of these records (P3), else an empty text."""
    elsewhere = False
    for record in records:
        if may_stand(record, issuer_id=issuer_id, period_from=period_from, period_to=period_to):
            return ""
        elsewhere |= may_stand(record, issuer_id=record.issuer_id, period_from=period_from, period_to=period_to)
    return "not_issuer" if elsewhere else "nothing_effective"


def rests_on(records: Iterable[Facts]) -> list[tuple[Evidence, int]]:
    """Return the minutes by their evidence."""
    return evidence.sum_by_evidence((record.methods, record.minutes) for record in records)
