"""Times of day become moments, both of a visit together."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from academy.core.clocks import moment_at, spans_at

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> dt.datetime:
    """Return a moment of 10 January, or with 25:30 of the day after."""
    hours, minutes = map(int, text.split(":"))
    return dt.datetime(2026, 1, 10, tzinfo=SHANGHAI) + dt.timedelta(hours=hours, minutes=minutes)


def clock(text: str) -> int:
    hours, minutes = map(int, text.split(":"))
    return 60 * hours + minutes


DAY = (("9:00", "12:00"), ("7:30", "15:00"))  # a plan, and the hours of its gate
EVENING = (("20:00", "24:00"), ("18:30", "27:00"))
NIGHT = (("22:00", "26:00"), ("20:30", "29:00"))
LATE = (("23:50", "28:50"), ("22:20", "31:50"))
EARLY = (("24:10", "28:00"), ("22:40", "31:00"))  # begins ten minutes after midnight
WATCH = (("8:00", "32:00"), ("6:30", "35:00"))  # 24 hours


@pytest.mark.parametrize(
    ("shift", "typed", "found"),
    [
        (DAY, ("9:05", "11:30"), [("9:05", "11:30")]),
        (DAY, ("8:00", "14:00"), [("8:00", "14:00")]),
        (DAY, ("9:00", "17:00"), [("9:00", "17:00")]),  # outside the gate's hours: the nearest day
        (DAY, ("12:00", "9:00"), [("12:00", "9:00")]),  # reversed stays reversed
        (EVENING, ("20:00", "24:00"), [("20:00", "24:00")]),
        (EVENING, ("20:00", "0:00"), [("20:00", "24:00")]),
        (EVENING, ("20:00", "0:30"), [("20:00", "24:30")]),
        (NIGHT, ("21:55", "1:05"), [("21:55", "25:05")]),
        (NIGHT, ("24:00", "2:00"), [("24:00", "26:00")]),
        (NIGHT, ("0:00", "2:00"), [("24:00", "26:00")]),
        (NIGHT, ("22:00", "6:00"), [("22:00", "30:00")]),
        (LATE, ("23:50", "4:50"), [("23:50", "28:50")]),
        (EARLY, ("23:50", "4:00"), [("23:50", "28:00")]),  # came the evening before the shift's date
        (WATCH, ("8:00", "8:00"), [("8:00", "32:00")]),
        (WATCH, ("9:00", "10:30"), [("9:00", "10:30")]),  # the next day's would begin after the plan
        (WATCH, ("20:00", "4:00"), [("20:00", "28:00")]),
        (WATCH, ("7:00", "9:30"), [("7:00", "9:30"), ("31:00", "33:30")]),
    ],
)
def test_both_times_of_a_visit_are_read_together(shift, typed, found):
    plan, gate = ((at(start), at(end)) for start, end in shift)
    spans = spans_at(clock(typed[0]), clock(typed[1]), window=gate, plan=plan)
    assert spans == [(at(came), at(left)) for came, left in found]


@pytest.mark.parametrize(
    ("end", "typed", "found"),
    [
        ("12:00", "13:30", "13:30"),
        ("12:00", "11:30", "11:30"),  # before the end: the caller refuses it
        ("12:00", "12:00", "12:00"),
        ("23:50", "5:30", "29:30"),
        ("28:50", "5:30", "29:30"),
        ("20:00", "24:00", "24:00"),
        ("20:00", "0:00", "24:00"),
        ("32:00", "9:30", "33:30"),  # a shift of 24 hours
    ],
)
def test_overtime_ends_at_the_next_such_time_after_the_end(end, typed, found):
    until = at(end) + dt.timedelta(hours=12)
    assert moment_at(clock(typed), after=at(end), until=until) == at(found)
