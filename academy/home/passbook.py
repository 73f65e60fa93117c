"""The passbook of a volunteer: bars of a year, stars and records by month, from a summary of hours."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from academy.advancement import stars
from academy.core import shown_hours
from academy.core.months import months_before
from academy.home import selectors
from academy.home.selectors import Row
from academy.hours.models import Category
from academy.hours.services.totals import MonthSums, Summary

YEAR = 12  # months with a bar: the last ones, since a calendar year would be empty in January
ROWS_SHOWN = 20
LEARNING_SHOWN = 5
# The drawing of the bars, in its own units.
COLUMN, BAR, TOP, HEIGHT = 27, 17, 18, 72
STAR_LEFT, STAR_RIGHT = 3, 21  # the edges of a star
WAY = 1000


@dataclass(frozen=True)
class Month:
    """The service records of one month, with its minutes, effective or not."""

    first: dt.date
    minutes: int
    rows: list[Row]


@dataclass(frozen=True)
class Bar:
    """The service minutes of one month, and where its bar stands in the drawing."""

    first: dt.date
    effective: int
    waiting: int
    is_highest: bool
    x: int
    effective_y: int
    effective_height: int
    waiting_y: int
    waiting_height: int

    @property
    def minutes(self) -> int:
        return self.effective + self.waiting

    @property
    def middle(self) -> int:
        return self.x + BAR // 2 + 1


@dataclass(frozen=True)
class Star:
    """One of the five stars: how much of its width is filled, in units of the drawing."""

    width: int
    is_awarded: bool


@dataclass(frozen=True)
class Stars:
    """The stars awarded, and the way to the next one."""

    drawn: list[Star]
    awarded: int
    allowed: int  # by the time alone
    missing: int | None  # minutes to the next; None with all stars
    thousandths: int  # of the way to the next


@dataclass(frozen=True)
class Records:
    """Records for a page: service by month, learning apart (T2)."""

    months: list[Month]
    learning: list[Row]
    earlier: int  # service minutes of the headline without a row here
    adds_up: bool  # whether the shown figures add up to the headline


def first_month(today: dt.date, months: int) -> dt.date:
    """Return the first day of the earliest of the last `months` calendar months, this one included."""
    return months_before(today.replace(day=1), months - 1)


def bars_of(summary: Summary, today: dt.date) -> list[Bar]:
    """Return a bar for each of the last twelve months, the earliest first."""
    sums = {one.first: one for one in summary.months if one.category == Category.SERVICE}
    firsts = [months_before(today.replace(day=1), YEAR - 1 - place) for place in range(YEAR)]
    year = [sums.get(first) or MonthSums(first, Category.SERVICE, 0, 0) for first in firsts]
    most = max(one.effective + one.waiting for one in year)
    highest = next((one for one in year if most and one.effective + one.waiting == most), None)
    bars = []
    for place, one in enumerate(year):
        below, above = (-(-HEIGHT * minutes // (most or 1)) for minutes in (one.effective, one.waiting))
        above = min(above, HEIGHT - below)
        bars.append(
            Bar(
                first=one.first,
                effective=one.effective,
                waiting=one.waiting,
                is_highest=one is highest,
                x=place * COLUMN + (COLUMN - BAR) // 2,
                effective_y=TOP + HEIGHT - below,
                effective_height=below,
                waiting_y=TOP + HEIGHT - below - above,
                waiting_height=above,
            )
        )
    return bars


def stars_of(minutes: int, awarded: int) -> Stars:
    """Return the stars to draw for these effective minutes."""
    way = stars.progress(minutes, awarded)
    widths = [STAR_RIGHT if place < way.reached else 0 for place in range(stars.MOST)]
    if way.missing is not None and way.share:
        widths[way.reached] = STAR_LEFT + int((STAR_RIGHT - STAR_LEFT) * way.share)
    drawn = [Star(width, is_awarded=place < awarded) for place, width in enumerate(widths)]
    return Stars(drawn, awarded, stars.by_time(minutes), way.missing, int(WAY * way.share))


def records_of(summary: Summary, community_id: int) -> Records:
    """Return the latest records of the summary, and what the headline holds besides."""
    rows = selectors.grouped(summary.records)
    service = [row for row in rows if not row.is_learning][:ROWS_SHOWN]
    learning = [row for row in rows if row.is_learning][:LEARNING_SHOWN]
    headline = summary.effective_minutes + summary.waiting_minutes
    earlier = headline - sum(row.counted for row in service)
    figures = [*(row.counted for row in service), earlier]
    return Records(months_of(service, summary.months), learning, earlier, adds_up(figures, headline, community_id))


def months_of(rows: Iterable[Row], sums: Iterable[MonthSums]) -> list[Month]:
    """Return the rows by month, each month with the minutes of all its service records."""
    minutes = {one.first: one.effective + one.waiting for one in sums if one.category == Category.SERVICE}
    by_day = sorted(rows, key=lambda row: row.first.date, reverse=True)  # a night belongs to the day when it began
    return [
        Month(first, minutes.get(first, 0), list(of_month))
        for first, of_month in groupby(by_day, key=lambda row: row.first.date.replace(day=1))
    ]


def adds_up(figures: Iterable[int], total: int, community_id: int) -> bool:
    """Return whether these minutes add up to `total` as hours are shown, with one decimal each (H1)."""
    shown = sum(shown_hours.tenths(minutes, community_id) for minutes in figures)
    return shown == shown_hours.tenths(total, community_id)
