"""Working days of the Chinese calendar: public holidays off, moved workdays on."""

import datetime as dt
from functools import lru_cache

import holidays


@lru_cache
def _calendar(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year)


def is_known(year: int) -> bool:
    """Whether the State Council's arrangement for `year` is known: only then are moved workdays in the calendar.

    An unknown year is counted Monday to Friday less the statutory holidays; whoever shows a date of it says so.
    """
    return any(day.year == year for day in _calendar(year).weekend_workdays)


def is_working_day(day: dt.date) -> bool:
    """Whether offices work on `day`."""
    return _calendar(day.year).is_working_day(day)


def add_working_days(day: dt.date, count: int) -> dt.date:
    """The `count`-th working day after `day`; `day` itself when `count` is 0."""
    while count > 0:
        day += dt.timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day
