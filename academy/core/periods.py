"""The periods that people ask for: this month, the last one, this quarter, this year; and their links."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from academy.core.months import months_before


@dataclass(frozen=True)
class Period:
    """A period with its name, from its first to its last day."""

    label: Any
    since: dt.date
    until: dt.date


def usual_periods(today: dt.date) -> list[Period]:
    """Return the periods that one click chooses."""
    first = today.replace(day=1)
    year = first.replace(month=1)
    return [
        Period(_("This month"), first, _last_day(first, 1)),
        Period(_("Last month"), months_before(first, 1), first - dt.timedelta(days=1)),
        Period(_("This quarter"), *quarter_of(today)),
        Period(_("This year"), year, _last_day(year, 12)),
        Period(_("Last year"), months_before(year, 12), year - dt.timedelta(days=1)),
    ]


def quarter_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of the quarter of `day`."""
    first = day.replace(month=day.month - (day.month - 1) % 3, day=1)
    return first, _last_day(first, 3)


def _last_day(first: dt.date, months: int) -> dt.date:
    return months_before(first, -months) - dt.timedelta(days=1)


@dataclass(frozen=True)
class PeriodLink:
    """The link to a page that shows one period."""

    label: Any
    url: str
    is_chosen: bool


def period_links(asked: QueryDict, since: str, until: str, today: dt.date) -> list[PeriodLink]:
    """Return a link for each usual period: this address with other days, from its first page on."""
    links = []
    for period in usual_periods(today):
        days = {since: period.since.isoformat(), until: period.until.isoformat()}
        params = asked.copy()
        for name in ("p", "export", "_w_filter_fragment"):
            params.pop(name, None)
        for name, day in days.items():
            params[name] = day
        is_chosen = all(asked.get(name) == day for name, day in days.items())
        links.append(PeriodLink(period.label, f"?{params.urlencode()}", is_chosen))
    return links
