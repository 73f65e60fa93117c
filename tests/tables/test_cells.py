"""Cells as people and programs write them: dates, lengths of time, times of day."""

import datetime as dt
from typing import Any

import pytest

from academy.tables import cells


@pytest.mark.parametrize(
    ("said", "date"),
    [
        ("2025-03-01", dt.date(2025, 3, 1)),
        ("2025/3/1", dt.date(2025, 3, 1)),
        ("2025.3.1", dt.date(2025, 3, 1)),
        ("2025年3月1日", dt.date(2025, 3, 1)),
        ("2025年3月1日 星期六", dt.date(2025, 3, 1)),
        ("２０２５-03-01", dt.date(2025, 3, 1)),
        ("2025-03-01 09:00", dt.date(2025, 3, 1)),
        ("20250301", dt.date(2025, 3, 1)),
        (20250301, dt.date(2025, 3, 1)),
        (20250301.0, dt.date(2025, 3, 1)),
        (45717, dt.date(2025, 3, 1)),
        ("45717", dt.date(2025, 3, 1)),
        (45717.375, dt.date(2025, 3, 1)),
        (dt.datetime(2025, 3, 1, 9), dt.date(2025, 3, 1)),
        (dt.date(2025, 3, 1), dt.date(2025, 3, 1)),
        ("2025-02-30", None),
        ("20250230", None),
        ("2025-03-011", None),
        ("三月一日", None),
        ("2025", None),
        ("", None),
        (None, None),
        (True, None),
        (dt.time(9), None),
    ],
)
def test_a_date_is_read_as_people_and_programs_write_it(said: Any, date: dt.date | None) -> None:
    assert cells.parse_date(said) == date


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("3", 180),
        (3, 180),
        ("3.5", 210),
        (3.5, 210),
        (0.1, 6),
        (1.1, 66),
        ("2.999", 179),  # cut, never rounded up
        ("3小时", 180),
        ("3 小时", 180),
        ("3个小时", 180),
        ("3小时30分", 210),
        ("3小时30分钟", 210),
        ("3个半小时", 210),
        ("半小时", 30),
        ("210分钟", 210),
        ("1.5h", 90),
        ("90min", 90),
        ("3:30", 210),
        ("3：30", 210),
        ("3:30:59", 210),
        (dt.time(3, 30), 210),
        (dt.timedelta(hours=26, seconds=59), 1560),
        ("-2", -120),
        ("3:75", None),
        ("三小时", None),
        ("小时", None),
        ("", None),
        ("NaN", None),
        ("1e400", None),
        (True, None),
        (dt.datetime(2025, 3, 1), None),
    ],
)
def test_a_length_of_time_is_cut_to_whole_minutes(said: Any, minutes: int | None) -> None:
    assert cells.parse_minutes(said) == minutes


@pytest.mark.parametrize(("said", "minutes"), [("90", 90), ("90.9", 90), ("2小时", 120), ("1:30", 90)])
def test_a_bare_number_is_minutes_where_the_column_says_so(said: str, minutes: int) -> None:
    assert cells.parse_minutes(said, in_minutes=True) == minutes


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("9:00", 540),
        ("09:00:30", 540),
        ("2025-03-01 9:05", 545),
        ("9点30分", 570),
        ("9点", 540),
        ("9", None),
        ("24:00", 1440),
        ("24:01", None),
        ("9:75", None),
        (0.3888888888888889, 560),
        (dt.time(9, 20), 560),
        (dt.datetime(2025, 3, 1, 9, 20), 560),
        ("上午", None),
        (None, None),
        (True, None),
    ],
)
def test_a_time_of_day_is_read(said: Any, minutes: int | None) -> None:
    assert cells.parse_clock(said) == minutes


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("9:05", (9, 5)),
        ("09:05", (9, 5)),
        ("905", (9, 5)),
        ("1130", (11, 30)),
        ("9：05", (9, 5)),
        ("9.05", (9, 5)),
        ("9点05分", (9, 5)),
        (" 23:59 ", (23, 59)),
        ("24:00", (24, 0)),
        ("2400", (24, 0)),
        ("0:00", (0, 0)),
    ],
)
def test_a_typed_time_is_read_however_it_is_written(text: str, time: tuple[int, int]) -> None:
    assert cells.parse_typed_clock(text) == 60 * time[0] + time[1]


@pytest.mark.parametrize("text", ["", "9", "95", "24:01", "2500", "9:60", "9:5", "nine", "-9:05", "9:05:00", "99999"])
def test_what_is_no_time_is_not_guessed(text: str) -> None:
    assert cells.parse_typed_clock(text) is None
