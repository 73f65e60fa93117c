"""A course that is assessed in the room: read online, completed in a class alone (T4, T6, ADR 155)."""

import datetime as dt

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import Client
from django.utils.translation import override

from academy.classes.services import assessing, completing
from academy.core.refusals import Refusal
from academy.learning import attendance, qualifications
from academy.learning import services as learning
from academy.learning.award_models import Qualification
from academy.learning.models import Course, CourseCompletion, LessonCompletion
from academy.people.services import merging
from tests.classes.scene import LATER, PLANNED_AT, SECOND_DAY
from tests.hours.scene import moment
from tests.pages import text_of

pytestmark = pytest.mark.usefixtures("without_pages")

ITEMS = "按压三十次"


@pytest.fixture
def scene(scene):
    """First aid holds for three years, and a checklist completes it."""
    Course.objects.filter(pk=scene.course.pk).update(valid_years=3)
    scene.course.refresh_from_db()
    scene.assess_by("checklist", items=ITEMS)
    return scene


def read(scene, volunteer=None, course=None):
    course = Course.objects.get(pk=(course or scene.course).pk)
    answer = learning.complete_lesson(
        volunteer=volunteer or scene.learner, course=course, lesson_key=f"{course.key}-1", at=moment("08:00"), by=None
    )
    assert isinstance(answer, LessonCompletion), answer


def publish_again(scene, title):
    fields = {"tier": "beginner", "required": True, "valid_years": 3, "by": None, "at": moment("09:00")}
    lessons = [{"key": "first-aid-1", "title": title, "class_hours": "2", "body": ""}]
    learning.publish_course(community=scene.community, key="first-aid", title=title, lessons=lessons, **fields)


def lift(scene):
    answer = assessing.set_assessment(course=scene.course, kind="", by=scene.social_worker, at=LATER)
    assert answer is None


def facts():
    return CourseCompletion.objects.count(), Qualification.objects.count()


def test_reading_earns_the_hours_and_neither_the_course_nor_the_qualification(scene):
    read(scene)
    assert facts() == (0, 0)
    assert attendance.class_hours(volunteer=scene.learner) == 2
    progress = learning.progress(volunteer=scene.learner, course=scene.course)
    assert (progress.in_room, progress.remaining, progress.completed_at) == (True, 0, None)


def test_the_class_and_its_assessment_complete_it_for_who_read_and_for_who_did_not(scene):
    other = scene.volunteer("李建国")
    read(scene)
    scene.join(scene.learner, other)
    for day in (moment("14:00").date(), SECOND_DAY):
        scene.come(scene.learner, other, day=day)
    scene.confirm()
    assert completing.complete_due(scene.again(), at=LATER) == []
    for one in (scene.learner, other):
        assessing.sign(
            run=scene.again(), volunteer=one, marks={ITEMS: True}, by=scene.login(scene.instructor), at=LATER
        )
    assert facts() == (2, 2)
    assert {one.obtained_on for one in Qualification.objects.all()} == {SECOND_DAY}
    assert attendance.class_hours(volunteer=scene.learner) == 2


def test_the_last_signature_opens_at_once_what_waited_for_the_course(scene):
    following = scene.publish_course("aed", "AED 骨干", requires=["first-aid"])
    lesson = {"volunteer": scene.learner, "course": following, "lesson_key": "aed-1", "by": None}
    scene.join(scene.learner)
    for day in (moment("14:00").date(), SECOND_DAY):
        scene.come(scene.learner, day=day)
    scene.confirm()
    waits = learning.complete_lesson(**lesson, at=LATER)
    assert isinstance(waits, Refusal) and waits.code == "course_first"
    assessing.sign(
        run=scene.again(), volunteer=scene.learner, marks={ITEMS: True}, by=scene.login(scene.instructor), at=LATER
    )
    assert isinstance(learning.complete_lesson(**lesson, at=LATER), LessonCompletion)
    assert not learning.progress(volunteer=scene.learner, course=following).locked


def test_no_other_way_completes_it_by_reading(scene):
    other = scene.volunteer("王秀英")
    read(scene, other)
    publish_again(scene, "急救")  # which completes other courses for those who have read all
    merging.merge(volunteer=other, into=scene.learner, by=scene.social_worker, at=LATER)
    learning.complete_for_merged(into_id=scene.learner.pk, at=LATER)
    assert facts() == (0, 0)


def test_a_course_without_an_assessment_is_completed_by_reading(scene):
    course = scene.publish_course("tea", "茶艺", valid_years=2)
    read(scene, course=course)
    assert facts() == (1, 1)


def test_once_the_assessment_is_lifted_the_readers_complete_it(scene):
    read(scene)
    lift(scene)
    (done,) = CourseCompletion.objects.all()
    assert (done.volunteer, done.completed_at) == (scene.learner, moment("08:00"))
    lift(scene)  # again
    assert CourseCompletion.objects.count() == 1


def test_what_is_stored_stays_when_the_assessment_comes_later(scene):
    lift(scene)
    read(scene)
    before = facts()
    scene.assess_by("checklist", items=ITEMS)
    publish_again(scene, "急救")
    assert before == facts() == (1, 1)


def test_years_of_validity_that_come_later_qualify_those_who_came_alone(scene):
    came = scene.volunteer("李建国")
    Course.objects.filter(pk=scene.course.pk).update(valid_years=None)
    lift(scene)
    for one in (scene.learner, came):
        read(scene, one)
    scene.assess_by("verdict")
    course = Course.objects.get(pk=scene.course.pk)
    attendance.record_attendance(
        volunteer=came,
        course=course,
        source="run:9",
        title="急救班",
        organiser="红十字会",
        held_on=dt.date(2026, 4, 1),
        minutes=90,
        at=PLANNED_AT,
    )
    Course.objects.filter(pk=course.pk).update(valid_years=3)
    assert qualifications.record_missing(at=LATER) == 1
    held = Qualification.objects.get()
    assert (held.volunteer, held.obtained_on) == (came, dt.date(2026, 4, 1))
    assert qualifications.record_missing(at=LATER) == 0


def test_my_courses_lead_to_a_class_once_all_lessons_are_read(scene):
    read(scene)
    client = Client()
    client.force_login(scene.login(scene.learner))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get("/my/")
    assert "Now come to a class: it completes the course. 1 of 1 lessons done" in text_of(page)
    assert 'href="/classes/of/first-aid/"' in page.content.decode()


def shown(scene) -> str:
    """Return what the page of the course says about the class."""
    template = Template("{% load classes %}{% in_class course learner %}")
    with override("en"):
        return template.render(Context({"course": scene.course, "learner": scene.learner}))


def test_the_page_of_the_course_says_what_is_missing_before_and_in_a_class(scene):
    assert "A place in a class, 80 % of its time, and the assessment." in shown(scene)
    scene.join(scene.learner)
    page = shown(scene)
    assert scene.run.title in page and "Attendance:" in page and "The assessment is still to come." in page
    assert "A place in a class" not in page
