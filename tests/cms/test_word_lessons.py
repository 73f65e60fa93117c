"""A Word file becomes the draft of a lesson."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.images.models import Image
from wagtail.models import Collection

from academy.core.models import Community
from academy.people.models import User
from cms import forms, submitting
from cms.founding import academy_of
from cms.models import CoursePage, LessonPage
from cms.writing import write_course
from tests.factories import course_text
from tests.word_files import lesson_file, paragraph, picture, run, word_file

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def course(community: Community, settings: Any, tmp_path: Path) -> CoursePage:
    settings.MEDIA_ROOT = str(tmp_path)
    return write_course(academy_page=academy_of(community), text=course_text(length=1), by=None)


@pytest.fixture
def desk(trainer: User) -> Client:
    client = Client()
    client.force_login(trainer)
    client.cookies["django_language"] = "en"
    return client


def send(desk: Client, course: CoursePage, content: bytes, name: str = "急救.docx") -> Any:
    address = reverse("course_word", args=[course.pk])
    return desk.post(address, {"file": SimpleUploadedFile(name, content)}, follow=True)


def test_the_lesson_opens_in_the_editor_and_asks_for_what_is_missing(
    desk: Client, course: CoursePage, trainer: User
) -> None:
    page = send(desk, course, lesson_file())
    lesson = LessonPage.objects.child_of(course).get(title="怎样拨打 120")
    assert page.redirect_chain[-1][0] == reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    assert "1 picture needs a description" in page.content.decode()
    assert (lesson.live, lesson.owner) == (False, trainer)
    assert [block.block_type for block in lesson.body] == ["text", "picture", "table", "text", "picture"]
    assert lesson.body[1].value["alt"] == "一位老人在打电话"
    pictures = Image.objects.all()
    assert {image.collection for image in pictures} == {Collection.objects.get(name=str(course.home.community))}
    assert {image.uploaded_by_user for image in pictures} == {trainer}
    assert lesson.body[2].value["caption"] == "三件事要说清"  # the heading above it
    # A picture has no description: the draft waits for it.
    refusal = submitting.submit_course(course_page=course, pages=[lesson.pk], by=trainer)
    assert getattr(refusal, "code", "") == "pages_unfinished"


def test_a_file_without_a_heading_gives_its_name(desk: Client, course: CoursePage) -> None:
    send(desk, course, word_file(paragraph(run("正文"))), "防火 知识.docx")
    assert LessonPage.objects.child_of(course).filter(title="防火 知识", live=False).exists()


def test_the_same_file_twice_makes_two_lessons(desk: Client, course: CoursePage) -> None:
    for _again in range(2):
        send(desk, course, word_file(paragraph(run("正文"))))
    assert LessonPage.objects.child_of(course).filter(title="急救").count() == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "“.docx”"),
        (b"%PDF", "ends in .docx"),
        (word_file(), "no text"),
    ],
)
def test_what_is_no_lesson_is_refused_with_what_to_do(
    desk: Client, course: CoursePage, content: bytes, words: str
) -> None:
    page = send(desk, course, content)
    assert words in page.content.decode() and 'role="alert"' in page.content.decode()
    assert LessonPage.objects.child_of(course).count() == 1


def test_a_form_without_a_file_says_so(desk: Client, course: CoursePage) -> None:
    page = desk.post(reverse("course_word", args=[course.pk]), {})
    assert "Choose a Word file first." in page.content.decode()


def test_its_pictures_count_against_the_days_quota(
    desk: Client, course: CoursePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "LOGIN_BYTES_A_DAY", 10)
    page = send(desk, course, lesson_file())
    assert "Go on tomorrow" in page.content.decode()
    assert not Image.objects.exists() and LessonPage.objects.child_of(course).count() == 1


def test_a_broken_picture_is_named_and_the_text_stays(desk: Client, course: CoursePage) -> None:
    page = send(desk, course, word_file(paragraph(run("正文"), picture("i1")), media={"i1.png": b"no picture"}))
    assert "1 picture could not be taken along" in page.content.decode()
    assert LessonPage.objects.child_of(course).filter(title="急救").exists()
