"""Attendance completes a class (T1, T2, T4), and the instructor's time is service (T7)."""

import datetime as dt
from decimal import Decimal

from academy.classes import selectors
from academy.classes.models import CourseRun
from academy.classes.services import completing
from academy.core.signals import tick
from academy.hours.models import Category, ServiceRecord
from academy.hours.services import totals
from academy.learning import attendance
from academy.learning import services as learning
from academy.learning.award_models import Attendance
from academy.learning.models import CourseCompletion, CourseVersion
from academy.people.services import merging
from academy.units.models import Contribution
from academy.venues.models import Venue
from tests.classes.scene import LATER, SATURDAY, SECOND_DAY
from tests.factories import UnitFactory
from tests.hours.scene import moment


def attend_both(scene, *people):
    scene.join(*people)
    scene.come(*people)
    scene.come(*people, day=SECOND_DAY)


def test_who_was_there_long_enough_completes_the_course_with_its_class_hours(scene):
    attend_both(scene, scene.learner)
    scene.confirm()
    (done,) = completing.complete_due(scene.again(), at=LATER)
    assert (done.volunteer, done.minutes, done.class_hours, done.held_on) == (scene.learner, 90, 2, SECOND_DAY)
    assert (done.title, done.organiser) == ("急救班 第 1 期", scene.issuer.name)
    assert CourseCompletion.objects.get(volunteer=scene.learner).course == scene.course
    assert attendance.class_hours(volunteer=scene.learner) == 2
    assert "急救入门" in scene.learner.messages.get(key=f"class:{scene.run.pk}").text
    assert completing.complete_due(scene.again(), at=LATER) == []


def test_learning_is_no_service_and_teaching_is(scene):
    attend_both(scene, scene.learner, scene.instructor)
    scene.confirm()
    learnt, taught = totals.total_of(scene.learner), totals.total_of(scene.instructor)
    assert (learnt.service_minutes, learnt.training_minutes) == (0, 90)
    assert (taught.service_minutes, taught.training_minutes) == (90, 0)
    record = ServiceRecord.objects.filter(volunteer=scene.instructor).first()
    assert (record.category, record.basis["counts_as"]) == (Category.SERVICE, "instructor")
    assert [one.volunteer for one in selectors.learners_of(scene.again())] == [scene.learner]


def test_time_that_nobody_confirmed_completes_nothing_and_says_so(scene):
    attend_both(scene, scene.learner)
    assert completing.complete_due(scene.again(), at=LATER) == []
    (one,) = selectors.learners_of(scene.again())
    assert (one.standing.percent, one.standing.lacks) == (100, ["waits"])


def test_one_class_of_two_is_too_little(scene):
    scene.join(scene.learner)
    scene.come(scene.learner)
    scene.confirm()
    assert completing.complete_due(scene.again(), at=LATER) == []
    assert selectors.learner_of(scene.again(), scene.learner).standing.lacks == ["attendance"]


def test_four_fifths_are_enough(scene):
    scene.join(scene.learner)
    scene.come(scene.learner)
    scene.come(scene.learner, day=SECOND_DAY, left="14:27")  # 72 of 90 minutes
    scene.confirm()
    assert len(completing.complete_due(scene.again(), at=LATER)) == 1


def test_reading_and_attending_earn_once(scene, without_pages):
    learning.complete_lesson(
        volunteer=scene.learner, course=scene.course, lesson_key="first-aid-1", at=moment("08:00"), by=None
    )
    attend_both(scene, scene.learner)
    scene.confirm()
    completing.complete_due(scene.again(), at=LATER)
    assert attendance.class_hours(volunteer=scene.learner) == 2
    assert CourseCompletion.objects.filter(volunteer=scene.learner).count() == 1


def test_a_person_of_two_entries_earns_the_larger_sum_once(scene):
    other = scene.volunteer("王秀英")
    version = CourseVersion.objects.get(course=scene.course)
    for who, hours in ((scene.learner, Decimal(2)), (other, Decimal("1.5"))):
        Attendance.objects.create(
            volunteer=who,
            course=scene.course,
            version=version,
            source=f"run:{who.pk}",
            title="急救",
            organiser="社区",
            held_on=SATURDAY,
            minutes=90,
            class_hours=hours,
            recorded_at=LATER,
        )
    merging.merge(volunteer=other, into=scene.learner, by=scene.social_worker, at=LATER)
    scene.learner.refresh_from_db()
    assert attendance.class_hours(volunteer=scene.learner) == 2


def test_the_clock_completes_what_became_effective_and_closes_old_runs(scene):
    attend_both(scene, scene.learner)
    scene.confirm()
    tick.send(sender=None, at=LATER)
    assert Attendance.objects.filter(volunteer=scene.learner).count() == 1
    assert completing.look_at_runs(at=LATER + dt.timedelta(minutes=4)) == 0  # it was looked at just now
    assert completing.look_at_runs(at=LATER + dt.timedelta(minutes=5)) == 1
    much_later = LATER + dt.timedelta(days=60)
    assert completing.look_at_runs(at=much_later) == 1
    assert CourseRun.objects.get(pk=scene.run.pk).closed_at == much_later
    assert completing.look_at_runs(at=much_later + dt.timedelta(days=1)) == 0


def test_a_run_that_has_not_begun_is_not_looked_at(scene):
    assert completing.look_at_runs(at=moment("13:00")) == 0


def test_units_get_a_contribution_each_without_hours_once_the_run_is_over(scene):
    school, hospital = (UnitFactory(community=scene.community, name=name) for name in ("小学", "医院"))
    room = Venue.objects.create(unit=school, name="教室", place="小学一楼")
    run = scene.plan(title="急救班 第 2 期", venue=room, unit=hospital, classes=[(moment("18:00"), moment("19:30"))])
    assert run.activity.organiser == "医院"
    completing.look_at_runs(at=moment("19:00"))
    assert not Contribution.objects.exists()
    for _again in range(2):
        completing.look_at_runs(at=LATER)
        CourseRun.objects.update(looked_at=None)
    given = Contribution.objects.order_by("pk").values_list("unit__name", "kind", "since", "until")
    assert list(given) == [("小学", "venue", SATURDAY, SATURDAY), ("医院", "instructors", SATURDAY, SATURDAY)]


def test_a_cancelled_run_thanks_nobody(scene):
    run = scene.plan(title="急救班 第 2 期", unit=UnitFactory(community=scene.community))
    run.activity.cancelled_at = LATER
    completing.credit_units(run, at=LATER)
    assert not Contribution.objects.exists()
