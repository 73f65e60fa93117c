"""Planning a run and joining it: an activity, its places, its venue."""

import datetime as dt

from django.urls import reverse

from academy.activities.models import Activity, CountsAs, Shift, SignUp
from academy.classes import selectors
from academy.classes.models import Assessor, CourseRun
from academy.classes.services import running
from academy.learning.models import Course
from academy.venues.models import Booking, Venue
from tests.answers import code_of
from tests.classes.scene import LATER, PLANNED_AT, SATURDAY, SECOND_DAY
from tests.factories import CommunityFactory, UnitFactory, VolunteerFactory
from tests.hours.scene import moment


def plan(scene, **fields):
    return running.plan_run(
        **{
            "course": scene.course,
            "title": "急救班 第 2 期",
            "instructor": scene.instructor,
            "issuer": scene.issuer,
            "classes": [(moment("18:00"), moment("19:30"))],
            "places": 2,
            "place": "活动中心",
            "by": scene.social_worker,
            "at": PLANNED_AT,
            **fields,
        }
    )


def test_a_run_is_a_published_training_activity_whose_shifts_teach_the_course(scene):
    activity = scene.run.activity
    assert (activity.kind, activity.leader, activity.published_at) == ("training", scene.instructor, PLANNED_AT)
    assert [(one.date, one.teaches) for one in selectors.timetable(scene.run)] == [
        (SATURDAY, scene.course),
        (SECOND_DAY, scene.course),
    ]
    places = SignUp.objects.filter(shift__activity=activity)
    assert {(one.volunteer, one.role.counts_as) for one in places} == {(scene.instructor, "instructor")}


def test_a_shift_of_the_activity_that_names_no_course_belongs_to_the_run(scene):
    activity = scene.run.activity
    other = scene.publish_course("other", "另一门课")
    Shift.objects.create(activity=activity, starts_at=moment("16:00"), ends_at=moment("17:00"))
    Shift.objects.create(activity=activity, starts_at=moment("18:00"), ends_at=moment("19:00"), teaches=other)
    assert [one.starts_at for one in selectors.timetable(scene.again())][:2] == [moment("14:00"), moment("16:00")]
    assert len(selectors.timetable(scene.again())) == 3


def test_who_may_not_and_what_does_not_fit_is_refused_and_leaves_nothing(scene):
    foreign = CommunityFactory()
    bare = Course.objects.create(community=scene.community, key="bare", title="还没发布", tier="beginner")
    part = scene.publish_course("part", "还有课没发布", whole=False)
    before = Activity.objects.count()
    assert code_of(plan(scene, by=scene.leading)) == "not_allowed"
    assert code_of(plan(scene, instructor=VolunteerFactory(community=foreign))) == "other_community"
    assert code_of(plan(scene, unit=UnitFactory(community=foreign))) == "other_community"
    assert code_of(plan(scene, course=bare)) == "course_not_published"
    assert code_of(plan(scene, course=part)) == "course_not_whole"
    assert code_of(plan(scene, classes=[])) == "needs_shift"
    assert code_of(plan(scene, at=moment("18:00"))) == "needs_shift"
    assert code_of(plan(scene, classes=[(moment("18:00"), moment("19:11"))])) == "timetable_too_short"
    assert Activity.objects.count() == before


def test_a_units_venue_is_booked_for_each_class_and_a_taken_one_refuses_the_whole_run(scene):
    room = Venue.objects.create(unit=UnitFactory(community=scene.community), name="教室", place="小学一楼")
    run = plan(scene, venue=room, place="")
    assert isinstance(run, CourseRun)
    assert run.activity.place == "小学一楼"
    assert Booking.objects.get(activity=run.activity).starts_at == moment("18:00")
    activities, runs = Activity.objects.count(), CourseRun.objects.count()
    classes = [(moment("18:00", SECOND_DAY), moment("19:30", SECOND_DAY)), (moment("19:00"), moment("20:00"))]
    assert code_of(plan(scene, venue=room, classes=classes)) == "venue_taken"
    assert (Activity.objects.count(), CourseRun.objects.count(), Booking.objects.count()) == (activities, runs, 1)


def test_assessors_are_named_once_each(scene):
    run = plan(scene, assessors=[scene.leader, scene.leader])
    assert [one.volunteer for one in Assessor.objects.filter(run=run)] == [scene.leader]
    page = reverse("classes:class", args=[run.pk])
    assert {scene.leader.messages.get().path, scene.instructor.messages.latest("pk").path} == {page}


def test_a_learner_joins_all_classes_to_come_in_one_act_and_again_without_harm(scene):
    taken = running.join(run=scene.run, volunteer=scene.learner, by=scene.learner.user, at=PLANNED_AT)
    assert [one.role.counts_as for one in taken] == [CountsAs.LEARNER, CountsAs.LEARNER]
    assert running.join(run=scene.run, volunteer=scene.learner, by=scene.learner.user, at=PLANNED_AT) == []


def test_who_joins_late_gets_the_classes_that_are_left(scene):
    (seat,) = running.join(run=scene.run, volunteer=scene.learner, by=None, at=moment("14:00"))
    assert seat.shift.date == SECOND_DAY
    assert code_of(running.join(run=scene.run, volunteer=scene.learner, by=None, at=LATER)) == "too_late"


def test_one_full_class_gives_a_place_in_none(scene):
    second = selectors.timetable(scene.run)[1]
    scene.run.activity.roles.filter(counts_as=CountsAs.LEARNER).update(capacity=1)
    other = scene.volunteer("李建国")
    scene.join(other)
    SignUp.objects.filter(volunteer=other).exclude(shift=second).update(cancelled_at=PLANNED_AT)
    assert code_of(running.join(run=scene.run, volunteer=scene.learner, by=None, at=PLANNED_AT)) == "shift_full"
    assert not SignUp.objects.filter(volunteer=scene.learner).exists()


def test_a_run_without_places_for_learners_is_refused(scene):
    scene.run.activity.roles.filter(counts_as=CountsAs.LEARNER).update(counts_as=CountsAs.ATTENDEE)
    assert code_of(running.join(run=scene.run, volunteer=scene.learner, by=None, at=PLANNED_AT)) == "no_place"


def test_runs_to_come_are_listed_by_their_next_class(scene):
    early = plan(scene, classes=[(moment("08:00"), moment("09:30"))])
    after = moment("10:00", SECOND_DAY)
    assert list(CourseRun.objects.coming(PLANNED_AT)) == [early, scene.run]
    assert list(CourseRun.objects.coming(after)) == [scene.run]
    assert list(CourseRun.objects.coming(after + dt.timedelta(days=1))) == []
