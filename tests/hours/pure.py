"""Shifts and scans for the pure rules, in tests."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from academy.hours.rules import (
    Activity,
    DayLimit,
    Record,
    Scan,
    settle,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(clock: str, zone: ZoneInfo = SHANGHAI) -> int:
    """Return the epoch seconds of "09:00", "09:00:30" (on 10 January 2026) or "2026-01-11 09:00"."""
    text = clock if " " in clock else f"2026-01-10 {clock}"
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


def shift(id: str = "watch", start: str = "09:00", end: str = "12:00", **more: Any) -> Activity:
    more.setdefault("kind", "service")
    more.setdefault("role", "volunteer")
    if "breaks" in more:
        more["breaks"] = [(at(a), at(b)) for a, b in more["breaks"]]
    if "overtime_until" in more:
        more["overtime_until"] = at(more["overtime_until"])
    return Activity(id, starts_at=at(start), ends_at=at(end), **more)


def check_in(clock: str, id: str = "watch") -> Scan:
    return Scan(at(clock), True, id)


def check_out(clock: str, id: str = "watch") -> Scan:
    return Scan(at(clock), False, id)


def visit(start: str, end: str, id: str = "watch") -> list[Scan]:
    return [check_in(start, id), check_out(end, id)]


def count(activities: Activity | list[Activity], scans: Iterable[Scan], **more: Any) -> list[Record]:
    listed = activities if isinstance(activities, list) else [activities]
    return settle(listed, scans, timezone=SHANGHAI, explain=True, **more)


def short(records: list[Record]) -> list[tuple[Any, ...]]:
    """(activity, day of the month, minutes, flag, …)"""
    return [(record.activity, record.date.day, record.minutes, *record.flags) for record in records]


def steps(record: Record) -> list[tuple[str, int, int]]:
    return [(step.clause, step.before, step.after) for step in record.steps]


def one_hour(date: dt.date) -> DayLimit:
    return DayLimit(60, 60)
