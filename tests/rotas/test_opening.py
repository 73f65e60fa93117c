"""A standing shift is planned by one form; its dates open some weeks ahead, without holidays."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from wagtail.models import ModelLogEntry

from academy.activities.models import Activity, SignUp
from academy.checkin.models import Checkpoint
from academy.core.models import CalendarDay, CalendarYear
from academy.core.signals import tick
from academy.people.models import Volunteer
from academy.people.services import volunteers
from academy.rotas.models import Series, SeriesDate, StandingPlace
from academy.rotas.services import opening
from tests.factories import UserFactory, VolunteerFactory
from tests.pages import Statements
from tests.rotas.scene import (
    MONDAY,
    NOW,
    SPRING,
    THURSDAYS,
    TUESDAYS,
    RotaScene,
    code_of,
    date_on,
    days_of,
    days_open,
    shift_on,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

WEEK = dt.timedelta(weeks=1)


@pytest.fixture
def scene():
    return RotaScene()


def test_the_dates_of_six_weeks_stand_open_with_their_roles(scene):
    series = scene.plan()
    assert days_open(series)[:4] == ["1-6", "1-8", "1-13", "1-15"]
    assert len(days_open(series)) == 12
    date, shift = date_on(series, MONDAY + dt.timedelta(days=1)), shift_on(series, MONDAY + dt.timedelta(days=1))
    assert (date.role.name, date.role.capacity, date.newcomer_role.capacity) == ("值守", 5, 1)
    assert (shift.starts_at, shift.ends_at) == series.span_on(date.day)
    assert Activity.objects.exclude(published_at=None).count() == 12


def test_holidays_are_left_out_by_the_calendar(scene):
    series = scene.plan(weeks_ahead=8)
    assert "2-17" not in days_open(series)
    assert "2-19" not in days_open(series)
    assert "2-24" in days_open(series)


def test_a_watch_that_is_needed_on_holidays_too_stands_on_them(scene):
    assert "2-17" in days_open(scene.plan(weeks_ahead=8, skips_holidays=False))


def test_the_entered_arrangement_of_a_year_decides(scene):
    year = CalendarYear.objects.create(year=2026)
    CalendarDay.objects.create(year=year, date=dt.date(2026, 1, 13), works=False)
    series = scene.plan(weeks_ahead=8)
    assert "1-13" not in days_open(series)
    assert "2-17" in days_open(series)  # that arrangement has no other holiday


def test_the_clock_opens_the_next_week_once(scene):
    series = scene.plan()
    tick.send(sender=None, at=NOW + WEEK)
    assert days_open(series)[-1] == "2-12"  # the Spring Festival follows
    for _time in range(2):
        tick.send(sender=None, at=NOW + 2 * WEEK)
    assert days_open(series)[-3:] == ["2-12", "2-24", "2-26"]


def test_no_date_opens_after_the_last_day_or_in_the_past(scene):
    series = scene.plan(last_day=MONDAY + dt.timedelta(days=3), at=NOW + dt.timedelta(days=1, hours=8))
    assert days_open(series) == ["1-8"]  # that of Tuesday has begun
    tick.send(sender=None, at=NOW + WEEK)
    series.refresh_from_db()
    assert days_open(series) == ["1-8"]
    assert series.opens_on is None


def test_who_stands_in_gets_a_place_in_each_new_date(scene):
    series, person = scene.plan(), scene.person()
    scene.stand(series, person, TUESDAYS)
    assert days_of(person) == ["1-6", "1-13", "1-20", "1-27", "2-3", "2-10"]
    tick.send(sender=None, at=NOW + 3 * WEEK)
    assert days_of(person)[-2:] == ["2-24", "3-3"]


def test_a_skipped_date_stays_skipped_when_the_clock_ticks(scene):
    series, person = scene.plan(), scene.person()
    scene.stand(series, person, TUESDAYS)
    SignUp.objects.filter(shift=shift_on(series, MONDAY + dt.timedelta(days=1))).update(cancelled_at=NOW)
    tick.send(sender=None, at=NOW + dt.timedelta(days=1))
    assert days_of(person)[0] == "1-13"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param({"weekdays": 0}, "no_weekday", id="no weekday"),
        pytest.param({"ends": 17 * 60}, "bad_times", id="ends before it begins"),
        pytest.param({"ends": 17 * 60 + 30 + 1441}, "bad_times", id="longer than a day"),
        pytest.param({"rests": [[60, 90]]}, "break_outside", id="a break outside"),
        pytest.param({"last_day": MONDAY - dt.timedelta(days=1)}, "last_day_before", id="ends before it begins"),
        pytest.param({"newcomer_places": 6}, "too_many_newcomers", id="no place for others"),
        pytest.param({"role_name": "新人"}, "same_role_name", id="two roles of one name"),
        pytest.param({"dangerous": True}, "needs_insurance", id="dangerous without insurance"),
    ],
)
def test_what_cannot_stand_is_refused_and_nothing_stored(scene, fields, code):
    answer = opening.plan_series(series=scene.unsaved(**fields), by=scene.worker, at=NOW)
    assert code_of(answer) == code
    assert not Series.objects.exists()
    assert not Activity.objects.exists()


def test_a_leader_of_another_community_is_refused(scene):
    assert code_of(opening.plan_series(series=scene.unsaved(leader=VolunteerFactory()), by=scene.worker, at=NOW)) == (
        "foreign_leader"
    )


def test_only_staff_of_the_community_plan(scene):
    answer = opening.plan_series(series=scene.unsaved(), by=UserFactory(), at=NOW)
    assert code_of(answer) == "not_allowed"


def test_the_clock_keeps_why_it_cannot_open_and_goes_on_with_others(scene):
    stuck, other = scene.plan(), scene.plan(title="晨间巡逻")
    foreign = VolunteerFactory(at=NOW)
    Series.objects.filter(pk=stuck.pk).update(leader=foreign)
    tick.send(sender=None, at=NOW + 2 * WEEK)
    stuck.refresh_from_db()
    assert stuck.stopped_by == "foreign_leader"
    assert days_open(stuck)[-1] == "2-12"
    assert days_open(other)[-1] == "2-26"
    answer = scene.change(stuck, leader=scene.leader, at=NOW + 2 * WEEK)
    assert code_of(answer) == "yes"
    stuck.refresh_from_db()
    assert stuck.stopped_by == ""
    assert days_open(stuck)[-1] == "2-26"


def test_a_day_that_is_not_open_yet_is_left_out(scene):
    series = scene.plan()
    day = dt.date(2026, 2, 24)
    assert isinstance(opening.leave_out(series=series, day=day, by=scene.worker, at=NOW), SeriesDate)
    assert isinstance(opening.leave_out(series=series, day=day, by=scene.worker, at=NOW), SeriesDate)  # twice
    tick.send(sender=None, at=NOW + 5 * WEEK)
    assert "2-24" not in days_open(series)
    assert "2-26" in days_open(series)


@pytest.mark.parametrize(
    ("day", "code"),
    [
        pytest.param(MONDAY + dt.timedelta(days=1), "already_open", id="open already"),
        pytest.param(dt.date(2026, 2, 25), "no_such_day", id="a Wednesday"),
        pytest.param(MONDAY - dt.timedelta(days=4), "no_such_day", id="past"),
    ],
)
def test_other_days_cannot_be_left_out(scene, day, code):
    assert code_of(opening.leave_out(series=scene.plan(), day=day, by=scene.worker, at=NOW)) == code
    assert code_of(opening.leave_out(series=scene.plan(), day=day, by=UserFactory(), at=NOW)) == "not_allowed"


def test_each_date_has_its_own_checkpoints(scene, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        series = scene.plan(weeks_ahead=1)
    assert set(Checkpoint.objects.values_list("activity", flat=True)) == set(
        series.dates.values_list("activity", flat=True)
    )


def test_dates_are_alike_in_breaks_roles_and_history(scene):
    series = scene.plan(weeks_ahead=2, rests=[[18 * 60, 18 * 60 + 10]])
    first, last = scene.activity(series, 0), scene.activity(series, -1)

    assert first != last
    for activity in (first, last):
        [shift] = activity.shifts.all()
        assert [(rest.starts_at, rest.ends_at) for rest in shift.breaks.all()] == series.rests_on(shift.date)
        roles = activity.roles.order_by("pk").values_list("name", "capacity")
        assert list(roles) == [("值守", 5), (opening.newcomer_name(), 1)]
        assert (activity.published_at, activity.published_by, activity.leader) == (NOW, scene.worker, scene.leader)
        written = ModelLogEntry.objects.for_instance(activity).order_by("pk")
        assert [(entry.action, entry.user, entry.label) for entry in written] == [
            ("wagtail.create", scene.worker, str(activity)),
            ("activities.publish", scene.worker, str(activity)),
        ]


def test_half_a_year_opens_in_hardly_more_statements_than_two_weeks(scene):
    def statements(weeks):
        with Statements() as said:
            scene.plan(title=str(weeks), weeks_ahead=weeks)
        return len(said.sql)

    statements(1)  # what is read once for all
    assert statements(26) <= statements(2) + 8  # SQLite takes so many parameters in one statement


def test_who_leaves_stands_in_no_longer(scene):
    series, person = scene.plan(), scene.person()
    scene.stand(series, person)
    outcome = volunteers.leave(volunteer=person, reason="搬家", by=scene.worker, at=NOW)
    assert isinstance(outcome, Volunteer), outcome
    assert not StandingPlace.objects.in_force().exists()
    assert days_of(person) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"weekdays": 0},
        {"weekdays": 128},
        {"starts": 1440, "ends": 1500},
        {"ends": 17 * 60 + 30},
        {"last_day": MONDAY - dt.timedelta(days=1)},
        {"newcomer_places": 6},
        {"weeks_ahead": 0},
        {"weeks_ahead": 27},
        {"dangerous": True, "insurance": ""},
        {"dangerous": True, "insurance": " "},
        {"kind": "party"},
        {"subject": "party"},
    ],
)
def test_the_database_refuses_what_no_form_lets_through(scene, fields):
    series = scene.unsaved(created_by=scene.worker, created_at=NOW)
    series.save()  # without the fault it is stored
    for name, value in fields.items():
        setattr(series, name, value)
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        series.save()


def test_a_date_is_open_or_left_out_and_each_day_once(scene):
    series = scene.plan(weeks_ahead=1)
    free = dt.date(2026, 3, 3)
    SeriesDate.objects.create(series=series, day=free, left_out_by=scene.worker)
    for wrong in (
        {"day": free, "left_out_by": scene.worker},
        {"day": free + WEEK},
        {"day": free + WEEK, "left_out_by": scene.worker, "role": date_on(series, dt.date(2026, 1, 6)).role},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            SeriesDate.objects.create(series=series, **wrong)


def test_the_days_of_a_holiday_are_marked(scene):
    series = scene.unsaved()
    found = dict(opening.days_of(series, SPRING - WEEK, SPRING + WEEK))
    assert found[SPRING] and not found[SPRING - WEEK] and not found[SPRING + WEEK]
    series.weekdays = THURSDAYS
    assert SPRING not in dict(opening.days_of(series, SPRING, SPRING))
