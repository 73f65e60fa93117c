"""Working days of the Chinese calendar, with public holidays and moved working days."""

import datetime as dt
from functools import lru_cache

import holidays


@lru_cache
def _calendar(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year)


def is_known(year: int) -> bool:
    """Return whether the calendar has the State Council's arrangement for `year`.

    Only then does it have the moved working days. In an unknown year, Monday to Friday are working days, except
    statutory holidays. A page that shows a date in such a year has to mention this.
    """
    return any(day.year == year for day in _calendar(year).weekend_workdays)


def is_working_day(day: dt.date) -> bool:
    """Return whether offices work on `day`."""
    return _calendar(day.year).is_working_day(day)


def add_working_days(day: dt.date, count: int) -> dt.date:
    """Return the `count`-th working day after `day`; `day` itself if `count` is 0."""
    while count > 0:
        day += dt.timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day
