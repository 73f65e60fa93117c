"""The dates of a standing shift with their people, in few statements however many there are."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Q
from django.utils import timezone

from academy.activities.models import Activity, Shift, SignUp
from academy.activities.seats import takes_a_place
from academy.core.workdays import read_calendar
from academy.people.models import Volunteer
from academy.rotas.models import Series, SeriesDate, StandingPlace
from academy.rotas.services import opening


@dataclass(frozen=True)
class RotaRow:
    """A day of a standing shift: its shift with the people, or why it does not take place."""

    day: dt.date
    activity: Activity | None = None
    shift: Shift | None = None
    sign_ups: list[SignUp] = field(default_factory=list)
    mine: list[SignUp] = field(default_factory=list)
    left: int = 0  # places, those for newcomers apart
    newcomers_left: int = 0
    is_holiday: bool = False
    is_left_out: bool = False  # by hand
    is_over: bool = False
    is_off_pattern: bool = False  # its time is one of its own
    newcomer_role_id: int | None = None

    @property
    def is_open(self) -> bool:
        """True if people can sign up."""
        return self.is_on and not self.is_over

    @property
    def is_on(self) -> bool:
        """True if it takes place or took place."""
        return self.activity is not None and self.activity.cancelled_at is None

    @property
    def opens_later(self) -> bool:
        """True for a day to come that does not stand open yet."""
        return self.activity is None and not self.is_holiday and not self.is_left_out


@dataclass(frozen=True)
class RotaMonth:
    """The rows of a calendar month."""

    first: dt.date
    rows: list[RotaRow]


def rota_of(
    series: Series, *, since: dt.date, until: dt.date, at: dt.datetime, people: Collection[Volunteer] = ()
) -> list[RotaRow]:
    """Return the days of a standing shift between these, the earliest first.

    `mine` are the places of `people`. Takes five statements at most: dates, shifts, sign-ups, and the calendar.
    """
    dates = list(
        series.dates.filter(day__range=(since, until), dropped=False).select_related(
            "activity", "role", "newcomer_role"
        )
    )
    pks = [date.activity_id for date in dates if date.activity_id is not None]
    shifts = {shift.activity_id: shift for shift in Shift.objects.filter(activity__in=pks).order_by("-starts_at")}
    taken: dict[int, list[SignUp]] = defaultdict(list)
    counted = Q(cancelled_at=None) | takes_a_place()  # a place that is kept for a person who waits is no sign-up yet
    found = SignUp.objects.filter(counted, shift__activity__in=pks).select_related("volunteer__merged_into", "role")
    for sign_up in found.order_by("pk"):
        taken[sign_up.shift_id].append(sign_up)
    ours = {person.stays.pk for person in people}
    calendar = read_calendar()
    rows = {}
    for date in dates:
        shift = shifts.get(date.activity_id or 0)
        is_holiday = shift is not None and series.skips_holidays and calendar.is_holiday(shift.date)
        rows[date.day] = _row(series, date, shift, taken, ours, at, is_holiday=is_holiday)
    today = timezone.localdate(at)
    for day, is_holiday in opening.days_of(series, since, until):
        if day not in rows and (day >= today or is_holiday):
            rows[day] = RotaRow(day, is_holiday=is_holiday, is_over=day < today)
    return [rows[day] for day in sorted(rows)]


def _row(
    series: Series,
    date: SeriesDate,
    shift: Shift | None,
    taken: dict[int, list[SignUp]],
    ours: Collection[int],
    at: dt.datetime,
    *,
    is_holiday: bool,
) -> RotaRow:
    if date.activity is None or shift is None or date.role is None:
        return RotaRow(date.day, is_left_out=True, is_over=date.day < timezone.localdate(at))
    counting = [one for one in taken[shift.pk] if one.held_until is not None or not one.absence]
    people = [one for one in taken[shift.pk] if one.cancelled_at is None]
    newcomers = sum(1 + one.companions for one in counting if one.role_id == date.newcomer_role_id)
    others = sum(1 + one.companions for one in counting if one.role_id == date.role_id)
    kept = date.newcomer_role.capacity if date.newcomer_role else 0
    return RotaRow(
        day=date.day,
        activity=date.activity,
        shift=shift,
        sign_ups=people,
        mine=[one for one in people if one.volunteer.stays.pk in ours],
        left=max(date.role.capacity - others, 0),
        newcomers_left=max(kept - newcomers, 0),
        is_holiday=is_holiday,
        is_over=shift.starts_at <= at,
        is_off_pattern=(shift.starts_at, shift.ends_at) != series.span_on(date.day),
        newcomer_role_id=date.newcomer_role_id,
    )


def in_months(rows: Iterable[RotaRow]) -> list[RotaMonth]:
    """Return the rows by month."""
    return [RotaMonth(first, list(some)) for first, some in groupby(rows, key=lambda row: row.day.replace(day=1))]


def standing_in(series: Series) -> list[StandingPlace]:
    """Return the people who stand in every week, in the order in which they came."""
    places = StandingPlace.objects.in_force().filter(series=series)
    return list(places.select_related("volunteer__merged_into", "added_by").order_by("pk"))


def series_of(activity: Activity) -> SeriesDate | None:
    """Return the date of a standing shift that this activity is, or None."""
    return SeriesDate.objects.filter(activity=activity).select_related("series").first()
