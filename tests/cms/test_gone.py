"""A page is deleted while a colleague writes on it: no text is lost, the deletion names the writer."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from academy.core.models import Community
from academy.people.models import User
from academy.people.permissions import DutyRole
from cms.founding import academy_of
from cms.models import CoursePage, LessonPage
from cms.writing import write_course
from tests.factories import UserFactory, course_text, found

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# As the editor sends them: the marks of blocks, and a text as JSON.
WRITTEN = {
    "csrfmiddlewaretoken": "x",
    "title": "Fire",
    "slug": "fire",
    "body-count": "2",
    "body-0-type": "text",
    "body-0-id": "0a7a5c1e-6ac1-4d3b-9a4c-3c1d2b1a0f9e",
    "body-0-value": json.dumps({"entityMap": {}, "blocks": [{"text": "先打 119。"}, {"text": "再断电源。"}]}),
    "body-1-type": "callout",
    "body-1-value-kind": "caution",
    "body-1-value-text": "{not JSON}",
    "action-publish": "action-publish",
}


@pytest.fixture
def lesson(community: Community) -> LessonPage:
    course = write_course(academy_page=academy_of(community), text=course_text(length=1), by=None)
    return LessonPage.objects.child_of(course).get()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def author(community: Community, name: str = "李敏") -> User:
    return UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)], first_name=name)


def texts(answer: Any) -> list[str]:
    return list(answer.context["texts"])


def test_the_save_of_a_deleted_page_gives_its_texts_back(lesson: LessonPage, community: Community) -> None:
    client = signed_in(author(community))
    address = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    lesson.delete()
    answer = client.post(address, WRITTEN)
    assert answer.status_code == 404
    assert texts(answer) == ["Fire", "先打 119。\n再断电源。", "{not JSON}"]
    assert "could not be saved" in answer.content.decode()
    assert "could not be saved" not in client.get(address).content.decode()


def test_a_first_lesson_below_a_deleted_course_is_given_back_too(lesson: LessonPage, community: Community) -> None:
    course = CoursePage.objects.get(pk=lesson.get_parent().pk)
    client = signed_in(author(community))
    course.delete()
    answer = client.post(reverse("wagtailadmin_pages:add", args=["cms", "lessonpage", course.pk]), WRITTEN)
    assert (answer.status_code, texts(answer)[1]) == (404, "先打 119。\n再断电源。")
    assert not Page.objects.filter(title="Fire").exists()


def test_a_page_of_others_answers_as_a_deleted_one(lesson: LessonPage) -> None:
    answer = signed_in(author(found("zhulin"))).post(reverse("wagtailadmin_pages:edit", args=[lesson.pk]), WRITTEN)
    assert (answer.status_code, len(texts(answer))) == (404, 3)
    assert lesson.title not in answer.content.decode()


def test_a_save_with_a_cover_that_was_deleted_gives_the_texts_back(lesson: LessonPage, community: Community) -> None:
    address = reverse("wagtailadmin_pages:edit", args=[lesson.get_parent().pk])
    answer = signed_in(author(community)).post(address, {**WRITTEN, "cover": "999999"})
    assert (answer.status_code, texts(answer)[1]) == (404, "先打 119。\n再断电源。")


def test_a_deletion_names_who_has_the_page_open(lesson: LessonPage, community: Community) -> None:
    writing, deleting = author(community, "孙丽"), author(community)
    ping = reverse("wagtailadmin_editing_sessions:ping", args=["cms", "lessonpage", lesson.pk, 0])
    assert signed_in(writing).post(ping).status_code == 200
    address = reverse("wagtailadmin_pages:delete", args=[lesson.pk])
    assert "Being edited now by: 孙丽." in signed_in(deleting).get(address).content.decode()
    assert "Being edited now" not in signed_in(writing).get(address).content.decode()
