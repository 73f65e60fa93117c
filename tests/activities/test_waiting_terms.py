"""The time for which a place is kept: the nearer the shift, the shorter, and not at night."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from academy.activities.waiting import terms

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> dt.datetime:
    """Return a moment of January 2026 in Shanghai: ``10 09:00``."""
    day, clock = text.split()
    return dt.datetime.combine(dt.date(2026, 1, int(day)), dt.time.fromisoformat(clock), SHANGHAI)


@pytest.mark.parametrize(
    ("offered", "starts", "until"),
    [
        pytest.param("01 09:00", "10 09:00", "02 09:00", id="a week before: a waking day"),
        pytest.param("07 09:00", "10 09:00", "07 15:00", id="three days before: six hours"),
        pytest.param("07 18:30", "10 09:00", "08 11:30", id="the night does not count"),
        pytest.param("09 10:00", "10 09:00", "09 12:00", id="the day before: two hours"),
        pytest.param("09 19:30", "10 14:00", "10 08:30", id="over the night, two waking hours"),
        pytest.param("10 09:00", "10 14:00", "10 10:00", id="five hours before: one hour"),
        pytest.param("10 12:00", "10 14:00", "10 12:20", id="two hours before: twenty minutes"),
        pytest.param("10 12:45", "10 14:00", "10 13:00", id="never beyond the end of the list"),
        pytest.param("09 21:00", "10 14:00", "10 09:00", id="an offer at nine in the evening counts from eight"),
        pytest.param("10 03:00", "10 14:00", "10 09:00", id="an offer in the small hours counts from eight"),
        pytest.param("09 20:00", "09 22:30", "09 20:20", id="an evening shift"),
        pytest.param("09 20:30", "09 23:30", "09 22:30", id="a night shift ends the offer"),
    ],
)
def test_a_place_is_kept_for_waking_hours(offered, starts, until):
    assert terms.answer_by(at(offered), at(starts)) == at(until)


@pytest.mark.parametrize(
    ("offered", "starts"),
    [
        pytest.param("09 22:00", "10 08:30", id="nobody is awake until the list ends"),
        pytest.param("09 22:00", "10 09:09", id="nine minutes are left in the morning"),
        pytest.param("10 12:55", "10 14:00", id="five minutes are left"),
        pytest.param("10 13:30", "10 14:00", id="the list has ended"),
    ],
)
def test_nobody_is_asked_when_too_little_time_is_left(offered, starts):
    assert terms.answer_by(at(offered), at(starts)) is None


def test_the_nearer_the_shift_the_shorter_the_time():
    given = [terms.term(dt.timedelta(hours=hours)) for hours in (1, 2, 3, 11, 12, 47, 48, 167, 168, 1000)]

    assert given == sorted(given) and given[0] == terms.SHORTEST
