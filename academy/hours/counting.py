"""Counting joined days: the content of service records, with all facts that it was computed from."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from academy.checkin.flags import ALONE
from academy.hours import rules
from academy.hours.days import ZONE, Attendance, Facts, counting_parameters
from academy.hours.models import DailyApproval, ServiceRecord
from academy.hours.recount import standing_from

LIMITING = ("approvals", "limits", "preparation", "stands")  # parts of a basis that limit what the scans give
CONTENT = ("category", "minutes", "flags", "steps", "basis", "alone", "rule_set_id")


@dataclass(frozen=True)
class CountedRecord:
    """The content of one record, before it is stored."""

    attendance: Attendance
    date: dt.date
    category: str
    minutes: int
    flags: list[str]
    steps: list[dict[str, Any]]
    basis: dict[str, Any]

    @property
    def place(self) -> tuple[int, dt.date]:
        """The shift and the date, which only one valid record of a volunteer has."""
        return self.attendance.shift_id, self.date

    @property
    def rule_set_id(self) -> int:
        return int(self.attendance.plan.rule_set.pk)

    @property
    def alone(self) -> bool:
        """A flag: one person decided alone on a scan or an approval behind the record (K4)."""
        if "changed_alone" in self.basis:
            return True
        return ALONE in self.basis["scan_flags"] or any(approval["alone"] for approval in self.basis["approvals"])

    @property
    def content(self) -> dict[str, Any]:
        """The content as JSON keeps it."""
        return {name: getattr(self, name) for name in CONTENT}

    def is_content_of(self, record: ServiceRecord) -> bool:
        """Return whether storing this would leave `record` unchanged."""
        return all(getattr(record, name) == getattr(self, name) for name in CONTENT)

    def agrees_with(self, record: ServiceRecord) -> bool:
        """Return whether a settled record still holds: it has the same minutes, category and flags."""
        return (record.category, record.minutes, record.flags) == (self.category, self.minutes, self.flags)


def gist_of(content: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the part of `CountedRecord.content` that a correction is about, without limits."""
    if content is None:
        return None
    basis = {name: value for name, value in content["basis"].items() if name not in LIMITING}
    return {**{name: content[name] for name in ("category", "minutes", "flags")}, "basis": basis}


def count(
    joined: list[Attendance],
    *,
    home: int,
    facts: Facts,
    approvals: Iterable[DailyApproval] = (),
    standing: Sequence[dict[str, Any]] = (),
) -> Iterator[CountedRecord]:
    """Yield the records of one volunteer's joined days.

    `home` is the community whose daily limits hold (H4); `approvals` let a day hold more. `standing` is what stands, as
    `recount.standing_of` returns it: the rest is counted behind it.
    """
    limits: dict[str, dict[str, int]] = {}

    def limit_on(date: dt.date) -> rules.DayLimit:
        rule_set = facts.rule_set(home, date)
        limit = counting_parameters(rule_set).day_limit
        limits[date.isoformat()] = {
            "daily_minutes": limit.daily_minutes,
            "daily_hard_minutes": limit.hard_minutes,
            "rule_set": rule_set.pk,
        }
        return limit

    preparation = facts.preparation_limits(one.plan for one in joined)
    of_shift = {str(one.shift_id): one for one in joined}
    days = [dt.date.fromordinal(date).isoformat() for date in sorted({date for one in joined for date in one.dates})]
    approved: list[dict[str, Any]] = [
        {
            "id": approval.pk,
            "date": approval.date.isoformat(),
            "daily_minutes": approval.minutes,
            "alone": approval.alone,
        }
        for approval in approvals
        if approval.date.isoformat() in days
    ]
    records = rules.settle(
        [one.as_activity for one in joined],
        [rules.Scan(scan.at, scan.is_in, str(one.shift_id)) for one in joined for scan in one.scans],
        timezone=ZONE,
        limit_on=limit_on,
        approvals=[rules.Approval(dt.date.fromisoformat(one["date"]), one["daily_minutes"]) for one in approved],
        standing=[standing_from(one) for one in standing],
        preparation_limits=preparation,
        explain=True,
    )
    for record in records:
        one = of_shift[record.activity]
        yield CountedRecord(
            attendance=one,
            date=record.date,
            category=record.category,
            minutes=record.minutes,
            flags=list(record.flags),
            steps=[step._asdict() for step in record.steps],
            basis={
                **one.facts,
                "days": days,
                "limits": limits,
                "approvals": approved,
                "scan_flags": one.scan_flags,
                # The other shifts of these days: with them an auditor can count the same minutes again later.
                "with": {shift: other.facts for shift, other in of_shift.items() if other is not one},
                **({"stands": [*standing]} if standing else {}),
                **({"preparation": preparation} if preparation else {}),
            },
        )
