"""Standing shifts, an accident, classes and the steps of the staircase in the demonstration."""

import pytest

from academy.accidents import services as accidents
from academy.accidents.models import Accident
from academy.activities.models import SignUp
from academy.advancement.models import Promotion
from academy.classes.models import AssessedBy, CourseRun
from academy.core.models import Community
from academy.core.workdays import read_calendar
from academy.learning.award_models import TierAward
from academy.learning.models import Course, Tier
from academy.rotas.models import Series
from demo import accounts
from demo.classes import COMING, FIRST_AID, LEARNERS, STEPS
from demo.insured import HURT
from demo.rotas import EVERY_WEEK, SCHOOL_WAY, WATCH
from tests.demo.scene import NOW

pytestmark = pytest.mark.slow


def names_of(places):
    return set(places.filter(cancelled_at=None).values_list("volunteer__name", flat=True))


def test_six_people_stand_watch_every_week_with_a_skip_and_a_day_left_out(volunteer):
    watch = Series.objects.get(title=WATCH)
    places = SignUp.objects.filter(shift__activity__series_date__series=watch)
    assert names_of(places) == set(EVERY_WEEK)
    assert [one.volunteer for one in places.exclude(cancelled_at=None)] == [volunteer]
    assert watch.dates.filter(activity=None).count() == 1
    assert watch.newcomer_places == 1


def test_no_date_of_a_standing_shift_is_a_holiday(volunteer):
    days = {series.title: list(series.dates.values_list("day", flat=True)) for series in Series.objects.all()}
    assert all(days.values()) and days.keys() == {WATCH, SCHOOL_WAY}
    assert not any(read_calendar().is_holiday(day) for one in days.values() for day in one)


def test_the_clock_of_an_accident_runs_for_the_insurer(volunteer):
    accident = Accident.objects.get()
    [standing] = accidents.open_in([accident.activity.community])
    assert [one.name for one in standing.latest.hurt] == [HURT]
    assert standing.runs and standing.due_at > NOW


def test_one_class_is_over_one_goes_on_and_people_stand_on_every_step(volunteer):
    over, going_on = CourseRun.objects.order_by("pk")
    assert names_of(SignUp.objects.filter(shift__activity=over.activity, role__counts_as="learner")) == set(LEARNERS)
    assert names_of(SignUp.objects.filter(shift__activity=going_on.activity, role__counts_as="learner")) == set(COMING)
    assert over.activity.shifts.latest("ends_at").ends_at < NOW < going_on.activity.shifts.latest("ends_at").ends_at

    steps = {name: list(Tier)[:count] for name, count in STEPS}
    community = Community.objects.get(pk=volunteer.community_id)
    awards = TierAward.objects.filter(volunteer__community=community)
    assert {
        name: [one.tier for one in awards.filter(volunteer__name=name).order_by("awarded_on")] for name in steps
    } == steps
    assert {tier for tiers in steps.values() for tier in tiers} == set(Tier)
    waiting = Promotion.objects.open().get(volunteer=volunteer)
    assert (waiting.volunteer.name, waiting.tier) == (accounts.VOLUNTEER.name, Tier.BEGINNER)


def test_no_required_course_asks_for_a_strong_body_alone(volunteer):
    pressed = Course.objects.get(title__startswith=FIRST_AID)
    assert pressed.required and pressed.assessment.by == AssessedBy.CHECKLIST
    assert [course.title for course in pressed.equivalents.all()] == ["突发情况：呼救与指挥"]
