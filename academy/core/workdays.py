"""Working days of the Chinese calendar, with public holidays and moved working days.

A year that an administrator entered has exactly its days; for other years the package `holidays` answers (ADR 33).
"""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache

import holidays

from academy.core import memo
from academy.core.models import CalendarDay

WARN_FROM = (12, 1)  # month and day: the State Council's notice of the next year is usually out by then


class Calendar:
    """The working days of all years. `entered` are the entered days, each with whether offices work on it."""

    def __init__(self, entered: Mapping[dt.date, bool], years: frozenset[int]) -> None:
        self._entered, self._years = entered, years

    def is_known(self, year: int) -> bool:
        """Return whether the calendar has the State Council's arrangement for `year`.

        Only then does it have the moved workdays. In an unknown year, Monday to Friday are working days, except
        statutory holidays. A page that shows a date in such a year has to mention this.
        """
        return year in self._years or any(day.year == year for day in _in_package(year).weekend_workdays)

    def is_working_day(self, day: dt.date) -> bool:
        if (works := self._entered.get(day)) is not None:
            return works
        return day.weekday() < 5 if day.year in self._years else _in_package(day.year).is_working_day(day)

    def is_holiday(self, day: dt.date) -> bool:
        """Return whether `day` belongs to a holiday, as each day of the Spring Festival does."""
        if (works := self._entered.get(day)) is not None:
            return not works
        return day.year not in self._years and day in _in_package(day.year)


def read_calendar() -> Calendar:
    """Return the calendar as it is now. One statement, once in a request or tick."""
    return memo.once(Calendar, _read)


def _read() -> Calendar:
    rows = list(CalendarDay.objects.values_list("date", "works", "year_id"))
    return Calendar({date: works for date, works, _ in rows}, frozenset(year for _, _, year in rows))


@lru_cache
def _in_package(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year)


def statutory_holidays(year: int) -> list[dt.date]:
    """Return the days off that the law itself gives in `year`, without those that move workdays."""
    package = holidays.country_holidays("CN", years=year, observed=False, language="en_US")
    return [day for day, name in package.items() if day.year == year and "substituted" not in name]


def is_known(year: int) -> bool:
    """Return whether the arrangement of `year` is known; see `Calendar.is_known`."""
    return read_calendar().is_known(year)


def is_working_day(day: dt.date) -> bool:
    """Return whether offices work on `day`."""
    return read_calendar().is_working_day(day)


def add_working_days(day: dt.date, count: int) -> dt.date:
    """Return the `count`-th working day after `day`; `day` itself if `count` is 0."""
    calendar = read_calendar()
    while count > 0:
        day += dt.timedelta(days=1)
        if calendar.is_working_day(day):
            count -= 1
    return day


def working_days_between(start: dt.date, end: dt.date) -> int:
    """Count the working days after `start`, up to and with `end`; negative if `end` is before `start`."""
    if end < start:
        return -working_days_between(end, start)
    calendar = read_calendar()
    days = (start + dt.timedelta(days=number) for number in range(1, (end - start).days + 1))
    return sum(calendar.is_working_day(day) for day in days)


def year_to_enter(today: dt.date) -> int | None:
    """Return the year whose arrangement is missing: this one, or from 1 December on the next one."""
    calendar = read_calendar()
    years = [today.year, today.year + 1] if (today.month, today.day) >= WARN_FROM else [today.year]
    return next((year for year in years if not calendar.is_known(year)), None)
