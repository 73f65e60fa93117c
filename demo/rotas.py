"""Standing shifts of the Y community: a watch with six people, a skipped date, a holiday."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from academy.activities import services as activities
from academy.activities.models import Subject
from academy.calendars import services as calendars
from academy.core.models import Community
from academy.core.workdays import read_calendar
from academy.people.models import Issuer, User, Volunteer
from academy.people.services import logins
from academy.rotas import pattern
from academy.rotas.models import Series
from academy.rotas.services import opening, standing
from demo import accounts

WATCH = "东门消防通道值守"
SCHOOL_WAY = "护学岗"
EVERY_WEEK = (accounts.VOLUNTEER.name, "刘䶮", "孙㛃", "欧阳明", "郑小燕", "吴丽华")
ON_TUESDAYS = "吴丽华"
TUESDAY, THURSDAY = 1, 3


def add_rotas(community: Community, *, by: User, at: dt.datetime) -> None:
    """Add the standing shifts once; the clock opens their next dates."""
    if Series.objects.filter(community=community).exists():
        opening.open_ahead(at=at)
        return
    with transaction.atomic():
        watch = _plan(
            community,
            by=by,
            at=at,
            title=WATCH,
            subject=Subject.SAFETY,
            place="小区东门消防通道",
            service_content="值守消防通道，劝导车辆不占用",
            weekdays=pattern.bits_of([TUESDAY, THURSDAY]),
            starts=17 * 60 + 30,
            ends=19 * 60 + 30,
            role_name="值守",
            capacity=7,
            newcomer_places=1,
        )
        for name in EVERY_WEEK:
            volunteer = Volunteer.objects.filter(community=community, name=name).earliest("pk")
            weekdays = pattern.bits_of([TUESDAY]) if name == ON_TUESDAYS else None
            standing.stand_in(series=watch, volunteer=volunteer, weekdays=weekdays, by=by, at=at)
        _skip_second(watch, at=at)
        _leave_out_next(watch, by=by, at=at)
        _plan(
            community,
            by=by,
            at=at,
            title=SCHOOL_WAY,
            subject=Subject.CHILDREN,
            place="湘龙小学门口",
            service_content="早晨送孩子过马路",
            weekdays=pattern.bits_of([_weekday_of_next_holiday(timezone.localdate(at))]),
            starts=7 * 60 + 30,
            ends=8 * 60 + 10,
            role_name="护学",
            capacity=2,
        )


def _plan(community: Community, *, by: User, at: dt.datetime, **fields: object) -> Series:
    issuer = Issuer.objects.get(community=community)
    series = Series(
        community=community,
        leader=Volunteer.objects.get(community=community, name=accounts.INSTRUCTOR.name),
        organiser=issuer.name,
        issuer=issuer,
        first_day=timezone.localdate(at),
        **fields,
    )
    answer = opening.plan_series(series=series, by=by, at=at)
    assert isinstance(answer, Series), answer
    return answer


def _skip_second(watch: Series, *, at: dt.datetime) -> None:
    """Let the volunteer of the demonstration skip her second date, and subscribe to her calendar."""
    volunteer = Volunteer.objects.get(community=watch.community, name=accounts.VOLUNTEER.name)
    user = logins.login_for(volunteer=volunteer)
    second = standing.places_to_come(watch, [volunteer], at=at)[1]
    activities.cancel_sign_up(sign_up=second, by=user, at=at)
    calendars.make_feed(of=volunteer, by=user, at=at)


def _leave_out_next(watch: Series, *, by: User, at: dt.datetime) -> None:
    """Leave out the first day that is not open yet."""
    last = opening.opened_until(watch, at)
    for day, is_holiday in opening.days_of(watch, last + dt.timedelta(days=1), last + dt.timedelta(days=30)):
        if not is_holiday:
            opening.leave_out(series=watch, day=day, by=by, at=at)
            return


def _weekday_of_next_holiday(today: dt.date) -> int:
    """Return the weekday of the first holiday from Monday to Friday that the calendar knows, else Friday."""
    calendar = read_calendar()
    ahead = (today + dt.timedelta(days=number) for number in range(1, 200))
    return next((day.weekday() for day in ahead if day.weekday() < 5 and calendar.is_holiday(day)), 4)
