"""Former addresses of renamed and moved pages: bookmarks, printed codes, forms that are open."""

from typing import Any

import pytest
from django.test import Client, TestCase

from academy.learning.models import LessonCompletion, Note
from academy.people.models import Volunteer
from cms.founding import academy_of
from cms.models import CoursePage, LessonPage
from cms.writing import write_course
from tests.factories import VolunteerFactory, course_text, found

ACADEMY = "/zh-hans/academy/"
COURSE = f"{ACADEMY}first-steps/"
LESSON = f"{COURSE}lesson-1/"


@pytest.fixture
def course_page(db: None) -> CoursePage:
    written = write_course(academy_page=academy_of(found()), text=course_text(), by=None)
    return CoursePage.objects.get(pk=written.pk)


@pytest.fixture
def lesson(course_page: CoursePage) -> LessonPage:
    return LessonPage.objects.child_of(course_page).order_by("path")[0]


@pytest.fixture
def volunteer(course_page: CoursePage) -> Volunteer:
    return VolunteerFactory(community=course_page.course.community, login=True)


def rename(page: Any, slug: str) -> None:
    page.slug = slug
    with TestCase.captureOnCommitCallbacks(execute=True):
        page.save_revision().publish()


def test_the_address_of_a_lesson_outlives_the_name_of_its_course(course_page: CoursePage, client: Client) -> None:
    rename(course_page, "welcome")
    answer = client.get(f"{LESSON}?from=poster")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, f"{ACADEMY}welcome/lesson-1/")


def test_a_lesson_moved_to_another_course_is_found_there(
    course_page: CoursePage, lesson: LessonPage, client: Client
) -> None:
    other = CoursePage(title="别的课程", slug="other", intro="…")
    course_page.get_parent().add_child(instance=other)
    lesson.move(other, pos="last-child")
    assert client.get(LESSON)["Location"] == f"{ACADEMY}other/lesson-1/"


def test_a_button_pressed_at_the_old_address_ends_at_the_new_one(
    lesson: LessonPage, volunteer: Volunteer, client: Client
) -> None:
    client.force_login(volunteer.user)
    rename(lesson, "moved")
    done = f"/learning/{lesson.course_page.course.key}/{lesson.key}/done/"
    answer = client.post(done, {"next": f"{LESSON}#done"}, follow=True)
    assert (answer.status_code, answer.request["PATH_INFO"]) == (200, f"{COURSE}moved/")
    assert LessonCompletion.objects.of(volunteer).filter(lesson_key=lesson.key).exists()


@pytest.fixture
def moved(course_page: CoursePage, lesson: LessonPage) -> LessonPage:
    """The lesson, moved to another course of the community after its form was shown."""
    written = write_course(
        academy_page=course_page.get_parent().specific, text=course_text("other", title="别的课程", length=1), by=None
    )
    LessonPage.objects.child_of(written).update(slug="kept")
    for alias in LessonPage.objects.filter(alias_of=lesson):
        alias.delete()
    with TestCase.captureOnCommitCallbacks(execute=True):
        lesson.move(CoursePage.objects.get(pk=written.pk), pos="last-child")
    return LessonPage.objects.get(pk=lesson.pk)


@pytest.mark.parametrize("act", ["done", "note"])
def test_a_form_of_a_lesson_that_moved_to_another_course_counts_there(
    course_page: CoursePage, moved: LessonPage, volunteer: Volunteer, client: Client, act: str
) -> None:
    client.force_login(volunteer.user)
    address = f"/learning/{course_page.course.key}/{moved.key}/{act}/"
    answer = client.post(address, {"next": LESSON, "text": "先看再走", "seen": ""}, follow=True)
    assert (answer.status_code, answer.request["PATH_INFO"]) == (200, f"{ACADEMY}other/lesson-1/")
    kept: Any = LessonCompletion if act == "done" else Note
    assert kept.objects.get().course.key == "other"


def test_the_fixed_address_of_a_lesson_leads_to_the_course_it_moved_to(
    course_page: CoursePage, moved: LessonPage, client: Client
) -> None:
    client.cookies["django_language"] = "zh-hans"
    answer = client.get(f"/course/{course_page.course.key}/{moved.key}/")
    assert answer["Location"] == f"{ACADEMY}other/lesson-1/"
    quiz = client.get(f"/course/{course_page.course.key}/{moved.key}/quiz/")
    assert quiz["Location"] == f"/course/other/{moved.key}/quiz/"


def test_a_lesson_of_another_community_is_no_place_to_go(
    course_page: CoursePage, lesson: LessonPage, volunteer: Volunteer, client: Client
) -> None:
    elsewhere = write_course(academy_page=academy_of(found("heping")), text=course_text("far"), by=None)
    foreign = LessonPage.objects.child_of(elsewhere).order_by("path")[0]
    client.force_login(volunteer.user)
    client.post(f"/learning/{course_page.course.key}/{foreign.key}/done/")
    assert not LessonCompletion.objects.exists()
    assert client.get(f"/course/{course_page.course.key}/{foreign.key}/").status_code == 404


def test_a_page_renamed_there_and_back_sends_no_browser_in_a_circle(course_page: CoursePage, client: Client) -> None:
    rename(course_page, "welcome")
    rename(course_page, "first-steps")
    assert client.get(f"{ACADEMY}welcome/")["Location"] == COURSE
    assert client.get(COURSE).status_code == 200


def test_a_new_page_takes_the_address_over(course_page: CoursePage, client: Client) -> None:
    rename(course_page, "welcome")
    course_page.get_parent().add_child(instance=CoursePage(title="新的入门", slug="first-steps", intro="…"))
    answer = client.get(COURSE)
    assert answer.status_code == 200
    assert "新的入门" in answer.text


@pytest.mark.parametrize("parent", ["lesson", "course"])
def test_the_new_name_of_a_page_that_is_closed_is_not_told(
    course_page: CoursePage, lesson: LessonPage, client: Client, parent: str
) -> None:
    closed: Any = lesson if parent == "lesson" else course_page
    rename(closed, "secret")
    closed.refresh_from_db()
    closed.unpublish()
    answer = client.get(LESSON)
    assert answer.status_code == 404
    assert "secret" not in answer.text
