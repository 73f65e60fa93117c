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
        ("2025年3月1号（周六）", dt.date(2025, 3, 1)),
        ("2025-03-01 Sat", dt.date(2025, 3, 1)),
        ("2025年3月1日上午", dt.date(2025, 3, 1)),
        ("2025年3月1日9时", dt.date(2025, 3, 1)),
        ("2025-03-01 9:00-11:30", dt.date(2025, 3, 1)),
        ("2025-03-01 下午2:30至晚上9点半", dt.date(2025, 3, 1)),
        ("2025-03-01T16:30:00Z", dt.date(2025, 3, 2)),  # in Shanghai
        ("2025-03-01T16:30:00.000Z", dt.date(2025, 3, 2)),
        ("2025-03-01 16:30:00+00:00", dt.date(2025, 3, 2)),
        ("2025-03-01T15:59:59Z", dt.date(2025, 3, 1)),
        ("2025-03-01T16:30:00+08:00", dt.date(2025, 3, 1)),
        ("2025-03-01T23:30:00-05:00", dt.date(2025, 3, 2)),
        ("2025-03-01T16:30:00", dt.date(2025, 3, 1)),
        ("2025-03-01 09:00:00-11:00:00", dt.date(2025, 3, 1)),  # from clock to clock, no zone
        ("2025.3.1-3.5", None),
        ("3月1日、8日、15日", None),
        ("2025年3月1日、8日、15日", None),
        ("2025/3/1,3/2", None),
        ("2025-03-01至2025-03-05", None),
        ("2025-03-01起", None),
        ("2025年3月1日 8", None),
        ("2025-03-01 雨", None),
        ("农历二月初二", None),
        ("2025年3月1日 星期日", None),  # it is a Saturday
        ("2025-03-01 Sun", None),
        ("2025年3月2日 星期天", dt.date(2025, 3, 2)),
        ("2025-13-01", None),
        (float("inf"), None),
        ("1E+999999999", None),
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


def test_a_date_with_the_weekday_of_another_one_is_told() -> None:
    said = ("2025年3月1日 星期日", "2025-03-01 (Sun) 9:00", "2025-03-01 周六", "2025-02-30 周六", "周六", None)
    assert [cells.contradicts_its_weekday(cell) for cell in said] == [True, True, False, False, False, False]
    assert cells.parse_clock("2025-03-01 (Sun) 9:00") is None
    assert cells.parse_clock("2025-03-01 (Sat) 9:00") == 540


@pytest.mark.parametrize(
    ("said", "several"),
    [
        ("2025.3.1-3.5", True),
        ("3月1日、8日、15日", True),
        ("2025/3/1,3/2", True),
        ("2025年3月1日和8日", True),
        ("2025-03-01起", True),
        ("昨天", False),
        ("2025-02-30", False),
        ("2025-03-01 雨", False),
        (None, False),
    ],
)
def test_a_cell_with_several_days_is_told_from_one_that_is_no_date(said: Any, several: bool) -> None:
    assert cells.names_several_days(said) is several


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
        ("下午 2:30", 870),
        ("下午2点半", 870),
        ("PM 9:00", 1260),
        ("2:30 pm", 870),
        ("2:30 P.M.", 870),
        ("9pm", 1260),
        ("12:15 am", 15),
        ("12 pm", 720),
        ("上午 9:00", 540),
        ("早上8点一刻", 495),
        ("凌晨1:30", 90),
        ("凌晨12点", 0),
        ("中午12:30", 750),
        ("中午1点", 780),
        ("下午14:30", 870),
        ("晚上9点半", 1290),
        ("晚上12点", 1440),
        ("傍晚6点三刻", 1125),
        ("2025-03-01 下午2:30", 870),
        ("2025-03-01T01:00:00Z", 540),
        ("1899-12-30 09:00:00", 540),
        ("1900-01-00 9:00", 540),
        (45717.375, 540),
        ("上午12:30", None),  # noon or midnight
        ("下午0:30", None),
        ("晚上12:30", None),  # of which day
        ("上午14:00", None),
        ("am 9:00 pm", None),
        ("周六 9:00", None),
        ("3月1日 9:00", None),
        ("9:00-11:00", None),
        ("约9:00", None),
        ("9:00:61", None),
        ("2025-03-01", None),
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
    ("said", "date"),
    [
        ("2025-03-02 9:00", dt.date(2025, 3, 2)),
        ("2025-03-01T16:30:00Z", dt.date(2025, 3, 2)),
        (dt.datetime(2025, 3, 2, 9), dt.date(2025, 3, 2)),
        (45718.375, dt.date(2025, 3, 2)),
        ("9:00", None),
        (0.375, None),
        (dt.time(9), None),
        ("1899-12-30 9:00", None),
        (dt.datetime(1899, 12, 30, 9), None),
    ],
)
def test_the_date_beside_a_time_of_day_is_read(said: Any, date: dt.date | None) -> None:
    assert cells.parse_clock_date(said) == date


@pytest.mark.parametrize(
    ("said", "looks"),
    [
        ("8:00", True),
        ("下午2:30", True),
        (dt.time(8), True),
        (1 / 3, True),  # 8:00 in Excel
        (0.5, False),
        ("0.25", False),
        (2.5, False),
        ("3小时", False),
        (dt.timedelta(hours=3), False),
        (None, False),
    ],
)
def test_what_looks_like_a_time_of_day_is_told_from_a_number_of_hours(said: Any, looks: bool) -> None:
    assert cells.looks_like_clock(said) is looks


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
