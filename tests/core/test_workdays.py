import datetime as dt

import pytest

from academy.core.workdays import add_working_days, is_known, is_working_day


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param("2026-01-09", True, id="a Friday"),
        pytest.param("2026-01-10", False, id="a Saturday"),
        pytest.param("2026-01-11", False, id="a Sunday"),
        pytest.param("2026-01-01", False, id="new year's day"),
        pytest.param("2026-01-02", False, id="a Friday off, moved to Sunday"),
        pytest.param("2026-01-04", True, id="the Sunday worked for it"),
        pytest.param("2026-02-17", False, id="spring festival"),
        pytest.param("2026-02-14", True, id="the Saturday worked for it"),
        pytest.param("2026-10-05", False, id="a Monday of national day's week"),
    ],
)
def test_holidays_are_off_and_moved_workdays_are_worked(day, works):
    assert is_working_day(dt.date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        pytest.param("2026-01-12", 0, "2026-01-12", id="none"),
        pytest.param("2026-01-10", 0, "2026-01-10", id="none, from a day off"),
        pytest.param("2026-01-12", 3, "2026-01-15", id="within a week"),
        pytest.param("2026-01-08", 3, "2026-01-13", id="over a weekend"),
        pytest.param("2026-01-10", 1, "2026-01-12", id="from a Saturday"),
        pytest.param("2026-02-13", 3, "2026-02-25", id="over spring festival, a worked Saturday first"),
        pytest.param("2025-12-31", 1, "2026-01-04", id="into the next year, to a worked Sunday"),
        pytest.param("2026-09-30", 1, "2026-10-08", id="over national day's week"),
    ],
)
def test_working_days_are_counted_from_the_day_after(day, count, then):
    assert add_working_days(dt.date.fromisoformat(day), count) == dt.date.fromisoformat(then)


def test_a_year_is_known_once_its_moved_workdays_are():
    assert is_known(2026)
    assert not is_known(2060)


def test_an_unknown_year_is_counted_by_its_statutory_holidays():
    assert not is_working_day(dt.date(2060, 1, 1))
    assert is_working_day(dt.date(2060, 1, 5))
    assert add_working_days(dt.date(2060, 1, 5), 5) == dt.date(2060, 1, 12)
