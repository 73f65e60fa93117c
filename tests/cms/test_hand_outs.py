"""The hand-out of a course: printed in one tap, and in the background if it has many pictures."""

import datetime as dt
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from wagtail.images.models import Image
from wagtail.models import Collection

from academy.core.models import Community
from academy.people.models import User
from academy.works.kinds import Job
from academy.works.models import Work
from academy.works.refusals import NOT_ALLOWED
from academy.works.views import work_url
from cms import hand_outs, works
from cms.founding import academy_of
from cms.models import CoursePage, LessonPage
from cms.writing import write_course
from tests.factories import CommunityFactory, UserFactory, course_text
from tests.word_files import png

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

AT = dt.datetime(2026, 1, 10, 9, tzinfo=dt.UTC)


@pytest.fixture
def course(community: Community, settings: Any, tmp_path: Path) -> CoursePage:
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = str(tmp_path / "media"), str(tmp_path / "private")
    return write_course(academy_page=academy_of(community), text=course_text(), by=None)


def signed_in(user: User) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(user)
    return client


def words_of(pdf: bytes) -> str:
    return "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))


def test_a_course_is_printed_in_one_tap(course: CoursePage, trainer: User) -> None:
    lesson = LessonPage.objects.child_of(course).first()
    image = Image.objects.create(
        title="照片", file=ContentFile(png(), "1.png"), collection=Collection.get_first_root_node()
    )
    lesson.body = [
        ("text", "<h3>怎么做</h3><p>先看<b>安全</b>。</p><ol><li>第一步</li></ol>"),
        ("picture", {"image": image, "alt": "门口", "caption": "社区门口"}),
        ("steps", {"title": "签到", "steps": [{"text": "扫一扫", "image": image}]}),
        ("checklist", {"title": "带上", "items": ["水杯"]}),
        ("table", {"caption": "时间", "cells": "时间 | 地点\n9:00 | 服务台"}),
        ("callout", {"kind": "remember", "text": "<p>记住这句</p>"}),
        ("quote", {"text": "总是去安慰", "source": "特鲁多"}),
        ("thought", {"question": "您会怎么做？", "answer": "不印答案"}),
        ("web_video", {"link": "https://v.qq.com/x/page/a0042nzv9kj.html", "caption": "演示", "transcript": "两分钟"}),
    ]
    lesson.save_revision().publish()
    answer = signed_in(trainer).get(reverse("course_hand_out", args=[course.pk]))
    assert answer["Content-Type"] == "application/pdf"
    words = words_of(answer.content)
    for text in (
        "志愿者入门课程",
        "怎么做",
        "先看安全。",
        "社区门口",
        "扫一扫",
        "水杯",
        "服务台",
        "记住这句",
        "特鲁多",
    ):
        assert text in words
    assert "您会怎么做？" in words and "不印答案" not in words and "两分钟" in words and "第2节" in words
    assert "草稿" not in words


def test_a_drawing_is_printed_as_it_is(course: CoursePage, trainer: User) -> None:
    red = b'<rect width="160" height="90" fill="#b3261e"/>'
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 90">' + red + b"</svg>"
    image = Image.objects.create(
        title="图", file=ContentFile(drawing, "1.svg"), collection=Collection.get_first_root_node()
    )
    lesson = LessonPage.objects.child_of(course).first()
    lesson.body = [("picture", {"image": image, "alt": "一块红色", "caption": "图：红色"})]
    lesson.save_revision().publish()
    answer = signed_in(trainer).get(reverse("course_hand_out", args=[course.pk]))
    assert answer["Content-Type"] == "application/pdf"
    pages = [page.render().to_pil().convert("RGB") for page in pypdfium2.PdfDocument(answer.content)]
    assert any((179, 38, 30) in {colour for _count, colour in page.getcolors(1 << 24)} for page in pages)


def test_a_draft_is_printed_as_a_draft(course: CoursePage, trainer: User) -> None:
    for lesson in LessonPage.objects.child_of(course):
        lesson.unpublish()
    printed = hand_outs.print_course(course_page=course, at=AT, practice=False)
    assert isinstance(printed, bytes) and "草稿" in words_of(printed)


def test_a_course_without_lessons_has_no_hand_out(course: CoursePage, trainer: User) -> None:
    LessonPage.objects.child_of(course).delete()
    answer = signed_in(trainer).get(reverse("course_hand_out", args=[course.pk]))
    assert "This course has no lesson yet." in answer.content.decode()


def test_a_character_that_paper_lacks_is_named(course: CoursePage, trainer: User) -> None:
    lesson = LessonPage.objects.child_of(course).first()
    lesson.body = [("text", "<p>加油 🎉</p>")]
    lesson.save_revision().publish()
    answer = signed_in(trainer).get(reverse("course_hand_out", args=[course.pk])).content.decode()
    assert "🎉" in answer and "Replace this character in the lesson" in answer


def test_a_hand_out_with_many_pictures_is_printed_in_the_background(course: CoursePage, trainer: User) -> None:
    lesson = LessonPage.objects.child_of(course).first()
    image = Image.objects.create(
        title="照片", file=ContentFile(png(), "1.png"), collection=Collection.get_first_root_node()
    )
    picture = {"image": image, "alt": "门口", "caption": "社区门口"}
    lesson.body = [("gallery", {"pictures": [picture] * 7})] * 2
    lesson.save_revision().publish()
    client, address = signed_in(trainer), reverse("course_hand_out", args=[course.pk])

    begun = client.get(address)

    work = Work.objects.get()
    assert begun["Location"] == work_url(work)
    assert (work.state, work.done, work.total) == ("finished", 14, 14)
    fetched = client.post(reverse("work_file", args=[work.pk]))
    assert fetched.content.startswith(b"%PDF") and "社区门口" in words_of(fetched.content)
    assert signed_in(UserFactory()).post(reverse("work_file", args=[work.pk])).status_code != 200


def test_a_hand_out_in_the_background_asks_for_the_right_again(course: CoursePage, trainer: User) -> None:
    job = Job({"course": course.pk}, course.home.community, UserFactory(), AT, lambda _done: None)
    assert works.PrintingHandOut().make(job) == NOT_ALLOWED
    other = Job({"course": course.pk}, CommunityFactory(), trainer, AT, lambda _done: None)
    assert works.PrintingHandOut().make(other) == NOT_ALLOWED
