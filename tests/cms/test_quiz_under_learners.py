"""Answers and notes whose page was moved, deleted, copied, edited or closed meanwhile: none is lost."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from academy.core.models import Community
from academy.learning import quiz_services
from academy.learning.models import Course, LessonCompletion, QuizAttempt
from cms.founding import academy_of
from cms.models import CoursePage, LessonPage
from cms.writing import LessonText, write_course
from tests.cms.test_quiz_pages import course_with_quiz
from tests.factories import VolunteerFactory, course_text
from tests.quizzes import form_of, right_answers

TEA = [LessonText("tea-1", "泡茶", 1, [("text", "<p>先温杯。</p>")])]

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def reader(community: Community) -> Any:
    """A volunteer who has filled in the form of a quiz and not sent it yet."""
    found = SimpleNamespace(community=community, academy=academy_of(community))
    found.page = write_course(academy_page=found.academy, text=course_with_quiz("first-aid", title="急救"), by=None)
    found.other = write_course(academy_page=found.academy, text=course_text("tea", title="茶艺", lessons=TEA), by=None)
    found.lesson = LessonPage.objects.child_of(found.page).order_by("path")[0]
    found.course = Course.objects.get(key="first-aid")
    found.volunteer = VolunteerFactory(community=community, login=True)
    found.client = Client()
    found.client.force_login(found.volunteer.user)
    found.address = reverse("quiz", args=[found.course.key, found.lesson.key])
    form = form_of(found.client.get(found.address))
    sheet = quiz_services.read_form(
        volunteer=found.volunteer, course=found.course, lesson_key=found.lesson.key, form=form
    )
    assert isinstance(sheet, quiz_services.Sheet)
    found.sent = {"form": form, **right_answers(sheet.drawn)}
    return found


def passed() -> bool:
    return QuizAttempt.objects.get().passed


def done(reader: Any) -> bool:
    return LessonCompletion.objects.filter(lesson_key=reader.lesson.key).exists()


def send(reader: Any, address: str = "") -> Any:
    return reader.client.post(address or reader.address, reader.sent, follow=True)


def test_a_moved_lesson_keeps_the_try_and_is_done_in_its_new_course_without_a_second_one(reader: Any) -> None:
    reader.lesson.move(CoursePage.objects.get(pk=reader.other.pk), pos="last-child")
    assert send(reader).status_code == 200
    assert passed()
    other = Course.objects.get(key="tea")
    answer = reader.client.post(reverse("learning:lesson_done", args=[other.key, reader.lesson.key]), follow=True)
    assert answer.status_code == 200 and done(reader)


def test_a_deleted_lesson_keeps_the_try(reader: Any) -> None:
    reader.lesson.delete()
    assert send(reader).redirect_chain[-1][0] == "/zh-hans/academy/"
    assert passed() and not done(reader)


def test_a_copy_takes_no_answers_of_its_original(reader: Any) -> None:
    copied = CoursePage.objects.get(pk=reader.page.pk).copy(
        recursive=True, update_attrs={"slug": "copied", "title": "急救（新）"}
    )
    copied.refresh_from_db()
    lesson = LessonPage.objects.child_of(copied).order_by("path")[0]
    answer = send(reader, reverse("quiz", args=[copied.course.key, lesson.key]))
    assert 'data-refusal="quiz_elsewhere"' in answer.content.decode()
    assert not QuizAttempt.objects.exists()
    send(reader)
    assert passed() and done(reader)


def test_a_quiz_that_an_edit_took_away_keeps_the_try_and_the_lesson_is_done(reader: Any) -> None:
    reader.lesson.body = [("text", "<p>没有测验了。</p>")]
    reader.lesson.save_revision().publish()
    assert send(reader).status_code == 200
    assert passed() and done(reader)


def test_a_course_that_is_closed_and_opened_again_on_time_keeps_the_try(reader: Any) -> None:
    page = CoursePage.objects.get(pk=reader.page.pk)
    page.unpublish()
    send(reader)
    assert passed() and not done(reader)
    opens = timezone.now() + dt.timedelta(hours=2)
    page.go_live_at = opens
    page.save_revision().publish()
    with time_machine.travel(opens + dt.timedelta(minutes=1), tick=False):
        call_command("tick")
        reader.client.force_login(reader.volunteer.user)
        send(reader)  # the same form once more is the same try
        assert QuizAttempt.objects.count() == 1
        reader.client.post(reverse("learning:lesson_done", args=[reader.course.key, reader.lesson.key]))
        assert done(reader)


def test_a_note_on_a_lesson_that_moved_meanwhile_is_kept_in_its_new_course(reader: Any) -> None:
    reader.lesson.move(CoursePage.objects.get(pk=reader.other.pk), pos="last-child")
    address = reverse("learning:note", args=[reader.course.key, reader.lesson.key])
    reader.client.post(address, {"text": "按压要快", "seen": ""})
    lesson = LessonPage.objects.get(pk=reader.lesson.pk)
    assert "按压要快</textarea>" in reader.client.get(lesson.get_url()).content.decode()


def test_a_note_on_a_lesson_that_went_meanwhile_stays_on_the_screen(reader: Any) -> None:
    address = reverse("learning:note", args=[reader.course.key, reader.lesson.key])
    reader.lesson.move(CoursePage.objects.get(pk=reader.other.pk), pos="last-child")
    LessonPage.objects.get(pk=reader.lesson.pk).delete()
    answer = reader.client.post(address, {"text": "按压要快", "seen": "", "next": "/zh-hans/academy/first-aid/"})
    page = answer.content.decode()
    assert answer.status_code == 200 and 'data-refusal="unknown_lesson"' in page
    assert "按压要快</textarea>" in page and 'href="/course/first-aid/"' in page
