"""A standing shift is changed while somebody signs up: on two real connections."""

import datetime as dt
from typing import Any

import pytest

from academy.activities.models import SignUp
from academy.activities.services import sign_up
from academy.messaging.models import Message
from academy.people.models import Volunteer
from academy.rotas.models import Series, SeriesDate, StandingPlace
from academy.rotas.services import opening
from tests.at_once import at_once
from tests.rotas.scene import FRIDAYS, MONDAY, NOW, THURSDAYS, TUESDAYS, RotaScene, code_of, date_on, shift_on, take

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.both]

TUESDAY = MONDAY + dt.timedelta(days=1)
WEEK = dt.timedelta(weeks=1)


def see_and_take(series: Series, person: Volunteer) -> tuple[dt.datetime, Any]:
    """Read the date as a page does, then sign up; return the time that the person saw, and the answer."""
    shift, role = shift_on(series, TUESDAY), date_on(series, TUESDAY).role
    assert role is not None
    return shift.starts_at, sign_up(volunteer=person, shift=shift, role=role, by=person.user, at=NOW)


@pytest.mark.parametrize("_time", range(3))
def test_who_signs_up_during_a_change_is_told_or_asked_to_look_again(_time):
    scene = RotaScene()
    series, people = scene.plan(weeks_ahead=1), [scene.person(f"邻居{number}") for number in range(3)]
    old = series.span_on(TUESDAY)[0]

    *taken, changed = at_once(
        *[lambda person=person: see_and_take(series, person) for person in people],
        lambda: scene.change(series, starts=18 * 60, ends=20 * 60),
    )

    assert code_of(changed) == "yes"
    for person, (seen, answer) in zip(people, taken, strict=True):
        # Who has a place saw the new time, or was told of it.
        told = Message.objects.of(person).count()
        assert (code_of(answer), told) in ((("yes", 1), ("just_moved", 0)) if seen == old else (("yes", 0),))


@pytest.mark.parametrize("_time", range(3))
def test_a_sign_up_and_a_move_over_a_holiday_leave_nobody_behind(_time):
    at = NOW + 12 * WEEK  # 30 March
    friday, sunday = dt.date(2026, 4, 3), dt.date(2026, 4, 5)  # Sunday is Qingming
    scene = RotaScene()
    series = scene.plan(weekdays=FRIDAYS, first_day=dt.date(2026, 4, 1), weeks_ahead=2, at=at)
    person, shift, role = scene.person(), shift_on(series, friday), date_on(series, friday).role

    place, changed = at_once(
        lambda: sign_up(volunteer=person, shift=shift, role=role, by=person.user, at=at),
        lambda: scene.change(series, weekdays=1 << sunday.weekday(), at=at),
    )

    assert (changed.moved, changed.cancelled) == (1, 1)
    # Signed up before: told that it does not take place. After: refused.
    assert (code_of(place), Message.objects.of(person).count()) in (("yes", 1), ("cancelled", 0))


def test_two_changes_follow_each_other():
    scene = RotaScene()
    series = scene.plan(weeks_ahead=2)
    outcomes = at_once(
        lambda: scene.change(series, weekdays=TUESDAYS), lambda: scene.change(series, weekdays=THURSDAYS)
    )
    assert [code_of(one) for one in outcomes] == ["yes", "yes"]
    stored = Series.objects.get(pk=series.pk)
    open_dates = SeriesDate.objects.filter(series=series, dropped=False, activity__cancelled_at=None)
    assert {date.day.weekday() for date in open_dates} == {1 if stored.weekdays == TUESDAYS else 3}


def test_two_clocks_open_each_date_once():
    scene = RotaScene()
    series = scene.plan(weeks_ahead=2)
    opened = at_once(*[lambda: opening.open_ahead(at=NOW + 2 * WEEK)] * 2)
    assert sorted(opened) == [0, 4]
    assert SeriesDate.objects.filter(series=series).count() == 8


def test_the_last_standing_place_goes_to_one_of_two():
    scene = RotaScene()
    series = scene.plan(weeks_ahead=1, capacity=1, newcomer_places=0)
    people = [scene.person(f"邻居{number}") for number in range(2)]
    outcomes = at_once(*[lambda person=person: scene.stand(series, person, TUESDAYS) for person in people])
    assert sorted(map(code_of, outcomes)) == ["no_standing_place", "yes"]
    assert StandingPlace.objects.count() == 1
    assert SignUp.objects.filter(shift=shift_on(series, TUESDAY), cancelled_at=None).count() == 1


def test_the_newcomers_place_goes_to_one_of_two():
    scene = RotaScene()
    series = scene.plan(weeks_ahead=1)
    people = [scene.person(f"新人{number}") for number in range(2)]
    outcomes = at_once(*[lambda person=person: take(series, TUESDAY, person, newcomer=True) for person in people])
    assert sorted(map(code_of, outcomes)) == ["shift_full", "yes"]
    assert SignUp.objects.filter(role=date_on(series, TUESDAY).newcomer_role, cancelled_at=None).count() == 1
