"""The demonstration's year: its figures, and the cases that a coordinator knows."""

import datetime as dt

import pytest
from django.utils import timezone

from academy.activities.models import Activity, SignUp
from academy.checkin.models import Method, Scan
from academy.desk.hours_report import hours_in
from academy.hours.models import Category, MakeUp, RecordState, ServiceRecord
from academy.messaging.models import Message
from academy.people.models import Volunteer
from academy.units.models import UnitMembership
from demo import earlier, recent, year
from demo.crowd import Crowd
from demo.families import ELDER, MINORS
from demo.groups import EMPLOYER
from tests.demo.scene import NOW

pytestmark = pytest.mark.slow

TODAY = NOW.date()
YEAR_AGO, YESTERDAY = TODAY - dt.timedelta(days=365), TODAY - dt.timedelta(days=1)


def records_of(title):
    return ServiceRecord.objects.live().filter(activity__title=title)


def test_the_report_of_the_year_shows_853_attendances_of_44_activities(volunteer):
    lines = hours_in([volunteer.community_id], YEAR_AGO, YESTERDAY)

    assert sum(line.attendances for line in lines) == 853
    assert year.figures(volunteer.community, volunteer, today=TODAY) == (44, 853, 38)
    assert len(lines) > 120
    [regular] = [line for line in lines if line.person == volunteer.pk]
    assert regular.attendances == 38
    assert 3000 < regular.service < 6000 and regular.learning == 2 * 60


def test_earlier_months_came_by_a_register_with_dates_of_their_own(volunteer):
    imported = Activity.objects.filter(community=volunteer.community_id, imported=True, organiser=earlier.ORGANISER)
    days = set(ServiceRecord.objects.filter(activity__in=imported).values_list("date", flat=True))

    assert 20 < imported.count() == len(days) <= len(earlier.EARLIER)
    assert min(days) > YEAR_AGO and max(days) < TODAY - dt.timedelta(weeks=12)
    assert set(ServiceRecord.objects.filter(activity__in=imported).values_list("state", flat=True)) == {"effective"}


def test_the_crowd_is_of_age_and_the_same_on_each_call(volunteer):
    crowd = Crowd(volunteer.community, today=TODAY)
    drawn = [one.volunteer.number for one in crowd.draw("清洁家园日", 20, youngest=60)]

    assert drawn == [one.volunteer.number for one in crowd.draw("清洁家园日", 20, youngest=60)]
    assert min(one.age for one in crowd.draw("清洁家园日", 20, youngest=60)) >= 60
    assert min(one.age for one in crowd.people) < 30 and volunteer.name not in {o.volunteer.name for o in crowd.people}
    near = crowd.draw("47 栋", 30, buildings=(47,))
    assert sum(one.building == 47 for one in near) > 8


def test_two_activities_were_begun_by_volunteers(volunteer):
    begun = Activity.objects.filter(community=volunteer.community_id, volunteer_initiated=True)

    assert {"春节前关爱弱势长者", "冬季防火入户宣传"} <= set(begun.values_list("title", flat=True))


def test_a_night_watch_lasts_over_midnight(volunteer):
    shift = Activity.objects.get(title=recent.NIGHT_WATCH).shifts.get()
    records = records_of(recent.NIGHT_WATCH)

    assert timezone.localdate(shift.ends_at) == timezone.localdate(shift.starts_at) + dt.timedelta(days=1)
    assert records.values("volunteer").distinct().count() == 7
    assert set(records.values_list("state", flat=True)) == {RecordState.EFFECTIVE}


def test_nine_hours_of_a_day_count_as_eight(volunteer):
    minutes = sorted(records_of(recent.LONG_DAY).values_list("minutes", flat=True))

    assert minutes[-recent.STAYED_ALL_DAY :] == [480, 480] and minutes[-3] < 300


def test_an_hour_at_two_activities_counts_once_and_waits_for_a_look(volunteer):
    [waits] = records_of(recent.BESIDE).filter(state=RecordState.AWAITING_CONFIRMATION)
    first = records_of("旧物交换").get(volunteer=waits.volunteer)

    assert "overlap" in waits.flags and waits.minutes <= 60
    assert first.minutes > 100


def test_make_up_entries_came_on_the_sixth_and_the_ninth_day(volunteer):
    asked = {
        (one.asked_at - one.shift.ends_at).days: one
        for one in MakeUp.objects.filter(shift__activity__title=recent.MADE_UP)
    }

    assert sorted(asked) == [6, 9]
    assert (asked[6].way, asked[6].accepted) == (MakeUp.Way.MAKE_UP, True)
    assert (asked[9].way, asked[9].accepted) == (MakeUp.Way.CORRECTION, None)
    assert records_of(recent.MADE_UP).get(volunteer=asked[6].volunteer).state == RecordState.EFFECTIVE
    assert all(one.evidence.exists() for one in asked.values())


def test_the_gate_refused_a_minor_at_a_dangerous_activity(volunteer):
    [refused] = Scan.objects.filter(refusal="minor_not_allowed")

    assert refused.volunteer.name == MINORS[0].name
    assert Activity.objects.get(title=recent.DANGEROUS).insurance


def test_an_elder_without_a_phone_came_by_her_card_and_a_couple_by_one_phone(volunteer):
    scans = Scan.objects.filter(method=Method.CARD, volunteer__name=ELDER)
    assert scans.count() == 2 and Volunteer.objects.get(name=ELDER).phone == ""

    couple = Scan.objects.filter(volunteer__name__in=recent.ONE_PHONE)
    of_one = couple.filter(shift__activity__title=recent.SHARED)
    assert {scan.volunteer.name for scan in of_one} == set(recent.ONE_PHONE)
    assert len({scan.operator_id for scan in of_one}) == 1


def test_the_council_gives_no_hours_and_the_phone_class_counts_helpers_alone(volunteer):
    council = records_of(recent.COUNCIL)
    assert council.count() == 25 and set(council.values_list("minutes", "category")) == {(0, Category.NONE)}

    service = records_of(recent.LESSON).filter(category=Category.SERVICE)
    assert service.count() == 4 and records_of(recent.LESSON).filter(category=Category.TRAINING).count() == 13


def test_fifteen_members_of_a_unit_came_and_their_hours_are_the_units(volunteer):
    people = set(records_of(recent.OF_UNIT).values_list("volunteer", flat=True))

    assert len(people) == 15
    assert people <= set(UnitMembership.objects.filter(unit__name=EMPLOYER).values_list("volunteer", flat=True))


def test_one_activity_was_called_off_and_its_people_know(volunteer):
    activity = Activity.objects.get(title=recent.CALLED_OFF, imported=False)

    assert activity.cancelled_at is not None and not Scan.objects.filter(shift__activity=activity).exists()
    people = SignUp.objects.filter(shift__activity=activity).values_list("volunteer", flat=True)
    assert len(people) == 12
    assert set(Message.objects.filter(volunteer__in=people).values_list("volunteer", flat=True)) == set(people)


def test_a_second_start_adds_no_second_year(volunteer):
    before = ServiceRecord.objects.count()

    year.add_year(volunteer.community, by=volunteer.user, at=NOW)

    assert ServiceRecord.objects.count() == before
