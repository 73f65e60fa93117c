"""The running shift of the demonstration: at each start, at every hour of the day."""

import datetime as dt

import pytest
from django.utils import timezone

from academy.checkin.context import shift_window
from academy.checkin.models import Visit
from academy.hours.models import ServiceRecord
from academy.hours.services.records import sweep_records
from academy.people.models import Volunteer
from tests.demo.scene import NOW, facts, scan, start

pytestmark = pytest.mark.slow


def test_a_second_start_adds_nothing_while_she_is_still_in(volunteer, running):
    before = facts()

    assert start(NOW + dt.timedelta(minutes=40)) == running
    assert facts() == before


def test_a_second_start_adds_a_running_shift_once_she_has_left(volunteer, running):
    before = facts()
    scan(volunteer, running, "out", NOW)
    later = NOW + dt.timedelta(minutes=40)

    another = start(later)

    assert another != running
    [visit] = Visit.objects.open().filter(volunteer=volunteer)
    assert visit.shift.activity == another
    assert facts()["people"] == before["people"]
    assert len(facts()["activities"]) == len(before["activities"]) + 1


def test_a_start_on_another_day_adds_a_running_shift_though_she_never_left(volunteer, running):
    another = start(NOW + dt.timedelta(days=1))

    assert another != running
    assert Visit.objects.open().filter(volunteer=volunteer, shift__activity=another).exists()


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("minute", [0, 59])
def test_at_every_hour_she_is_in_since_two_hours_and_no_day_ends_meanwhile(running, db, hour, minute):
    now = NOW.replace(hour=hour, minute=minute) + dt.timedelta(days=7)

    activity = start(now)

    [visit] = Visit.objects.open().filter(shift__activity=activity)
    for shift in activity.shifts.all():
        begins, ends = (timezone.localtime(moment) for moment in (shift.starts_at, shift.ends_at))
        assert begins.date() == (ends - dt.timedelta(seconds=1)).date()
    begins, ends = visit.shift.starts_at, visit.shift.ends_at
    assert now <= shift_window(visit.shift, activity.community_id).closes_at  # the poster lets her out
    assert now - visit.opened_at >= dt.timedelta(hours=1 if hour == 1 else 2)
    assert begins <= visit.opened_at
    assert hour == 0 or ends > now
    assert start(now + dt.timedelta(seconds=20)) == activity


@pytest.mark.parametrize("hour", range(24))
def test_at_every_hour_a_visitor_may_try_a_check_in(running, db, hour):
    now = NOW.replace(hour=hour, minute=30) + dt.timedelta(days=7)
    activity = start(now)
    visitor = Volunteer.objects.get(name="李建国")

    scan(visitor, activity, "in", now)

    assert Visit.objects.open().get(volunteer=visitor).shift.ends_at > now


@pytest.mark.parametrize("at", [NOW.replace(hour=0, minute=30), NOW.replace(hour=23, minute=59)])
def test_checking_out_around_midnight_makes_one_record_of_two_hours(running, volunteer, at):
    night = at + dt.timedelta(days=7)
    activity = start(night)

    scan(volunteer, activity, "out", night + dt.timedelta(minutes=5))
    sweep_records(at=night + dt.timedelta(minutes=5))

    [record] = ServiceRecord.objects.filter(activity=activity)
    assert record.minutes == 120
