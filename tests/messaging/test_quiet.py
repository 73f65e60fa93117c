"""Quiet hours, without a database."""

import datetime as dt

import pytest

from academy.messaging.quiet import is_of_today, quiet_end

NIGHT = (dt.time(21), dt.time(8))
NOON = (dt.time(12), dt.time(14))


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2026-01-{text}+08:00")


@pytest.mark.parametrize(
    ("now", "hours", "end"),
    [
        ("10 20:59", NIGHT, None),
        ("10 21:00", NIGHT, "11 08:00"),
        ("10 23:59", NIGHT, "11 08:00"),
        ("10 00:00", NIGHT, "10 08:00"),
        ("10 07:59", NIGHT, "10 08:00"),
        ("10 08:00", NIGHT, None),
        ("10 11:59", NOON, None),
        ("10 12:00", NOON, "10 14:00"),
        ("10 14:00", NOON, None),
        ("10 21:00", (dt.time(8), dt.time(8)), None),
    ],
)
def test_quiet_hours_end_in_the_morning(now, hours, end):
    assert quiet_end(local(now), *hours) == (local(end) if end else None)


@pytest.mark.parametrize(
    ("until", "urgent"),
    [("10 23:30", True), ("11 07:00", True), ("11 08:00", True), ("11 09:00", False), (None, False)],
)
def test_what_is_of_use_before_the_morning_cannot_wait(until, urgent):
    assert is_of_today(local(until) if until else None, local("10 22:00"), local("11 08:00")) is urgent
