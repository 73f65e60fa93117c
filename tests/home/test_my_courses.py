"""“My courses” on “My page”: where one stopped, and the next thing to do."""

import pytest
from django.urls import reverse

from academy.learning import services as learning
from academy.learning import study_services
from academy.learning.models import Enrolment
from tests.home.my_page import MY, agent_of
from tests.hours.scene import moment
from tests.pages import Statements, text_of

pytestmark = [pytest.mark.slow, pytest.mark.both, pytest.mark.usefixtures("without_pages")]

AT = moment("08:00")
QUIZ = {"quizzes": {"zh-hans": {"questions": []}}}


@pytest.fixture
def volunteer(scene):
    return scene.volunteer("王秀英", login=True)


def publish(scene, key, title, *, whole=True, requires=None, quiz=False):
    lessons = [
        {"key": f"{key}-{number}", "title": f"{title}{number}", "class_hours": "1", "body": "文" * 50}
        for number in (1, 2, 3)
    ]
    if quiz:
        lessons[0] |= QUIZ
    facts = {"tier": "beginner", "required": True, "whole": whole, "requires": requires}
    return learning.publish_course(
        community=scene.community, key=key, title=title, lessons=lessons, by=None, at=AT, **facts
    ).course


def enrol(volunteer, course, at="09:00"):
    assert isinstance(learning.enrol(volunteer=volunteer, course=course, by=None, at=moment(at)), Enrolment)


def done(volunteer, course, number, at="09:30"):
    learning.complete_lesson(
        volunteer=volunteer, course=course, lesson_key=f"{course.key}-{number}", at=moment(at), by=None
    )


def address(course, number):
    return f'href="{reverse("lesson", args=[course.key, f"{course.key}-{number}"])}"'


def test_a_course_is_listed_from_the_enrolment_until_it_is_completed(scene, volunteer, sign_in):
    course = publish(scene, "first", "急救")
    client = sign_in(volunteer.user)
    assert "My courses" not in text_of(client.get(MY))
    enrol(volunteer, course)
    assert "Begin with “急救1” 0 of 3 lessons done" in text_of(client.get(MY))
    done(volunteer, course, 1)
    assert "Go on with “急救2” 1 of 3 lessons done" in text_of(client.get(MY))
    for number in (2, 3):
        done(volunteer, course, number)
    assert "My courses" not in text_of(client.get(MY))


def test_one_goes_on_where_one_stopped(scene, volunteer, sign_in):
    course = publish(scene, "first", "急救")
    enrol(volunteer, course)
    study_services.open_lesson(volunteer=volunteer, course=course, lesson_key="first-3", at=moment("10:00"))
    page = sign_in(volunteer.user).get(MY).content.decode()
    assert address(course, 3) in page and address(course, 1) not in page


def test_a_lesson_that_waits_for_a_quiz_is_not_the_next_thing(scene, volunteer, sign_in):
    course = publish(scene, "first", "急救", quiz=True)
    enrol(volunteer, course)
    study_services.open_lesson(volunteer=volunteer, course=course, lesson_key="first-2", at=moment("10:00"))
    page = sign_in(volunteer.user).get(MY)
    assert address(course, 1) in page.content.decode()
    assert "“急救1” · with a quiz" in text_of(page)


def test_a_course_that_another_one_comes_before_leads_to_its_page(scene, volunteer, sign_in):
    publish(scene, "basis", "基础")
    course = publish(scene, "first", "急救", requires=["basis"])
    enrol(volunteer, course)
    page = sign_in(volunteer.user).get(MY)
    assert "Another course comes first" in text_of(page)
    assert f'href="{reverse("course", args=["first"])}"' in page.content.decode()


def test_a_course_whose_next_lesson_is_still_to_come_is_left_out(scene, volunteer, sign_in):
    course = publish(scene, "first", "急救", whole=False)
    enrol(volunteer, course)
    for number in (1, 2, 3):
        done(volunteer, course, number)
    assert "My courses" not in text_of(sign_in(volunteer.user).get(MY))


def test_the_three_courses_opened_last_are_listed_in_one_statement(scene, volunteer, sign_in):
    courses = [publish(scene, key, key.upper()) for key in ("aa", "bb", "cc", "dd")]
    client = sign_in(volunteer.user)
    client.get(MY)
    with Statements() as without:
        client.get(MY)
    for hour, course in enumerate(courses, start=9):
        enrol(volunteer, course, f"{hour:02}:00")
    lesson, at = "aa-2", moment("18:00")
    study_services.open_lesson(volunteer=volunteer, course=courses[0], lesson_key=lesson, at=at)

    with Statements() as statements:
        page = client.get(MY)

    assert [one.key for one in page.context["courses"]] == ["aa", "dd", "cc"]
    assert len(statements.sql) == len(without.sql)


def test_an_agent_reads_how_far_the_elder_is_and_cannot_learn_for_them(scene, volunteer, sign_in):
    elder = scene.volunteer("赵淑珍")
    agent_of(elder, volunteer.user)
    course = publish(scene, "first", "急救")
    enrol(elder, course)
    page = sign_in(volunteer.user).get(MY, {"who": elder.number})
    assert "0 of 3 lessons done" in text_of(page)
    assert address(course, 1) not in page.content.decode()
