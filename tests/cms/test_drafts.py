"""A draft of any block is saved and previewed; what is missing is asked for at the submission."""

from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, streamfield

from academy.core.models import Community
from academy.people.permissions import DutyRole
from cms.blocks import BodyBlock
from cms.founding import academy_of
from cms.models import CoursePage, HomePage, LessonPage, RecruitmentPage, RulesPage
from cms.writing import write_course
from tests.factories import UserFactory, course_text

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Each block as the editor sends it before anything is filled in.
UNFINISHED: dict[str, Any] = {
    "text": "null",
    "picture": {"image": "", "alt": "", "caption": ""},
    "video": {"video": "", "caption": "签到演示", "transcript": "她打开手机"},
    "file": {"document": "", "title": ""},
    "callout": {"kind": "", "text": "null"},
    "quiz": {
        "pasted": "1. 没写完的题",
        "questions": {
            "count": "1",
            "0": {
                "deleted": "",
                "order": "0",
                "id": "",
                "value": {
                    "kind": "single",
                    "stem": "",
                    "options": {"count": "0"},
                    "truth": "",
                    "why": "",
                    "picture": "",
                },
            },
        },
        "pass_mark": "",
        "tries": "",
        "pool": "9",
        "shuffle": "on",
    },
    "gallery": {"pictures": streamfield([("item", {"image": "", "alt": "", "caption": ""})])},
    "web_video": {"link": "", "caption": "", "transcript": ""},
    "audio": {"audio": "", "caption": "口述", "transcript": ""},
    "slides": {"document": "", "title": ""},
    "steps": {"title": "", "steps": streamfield([("item", {"text": "", "image": ""})])},
    "checklist": {"title": "", "items": streamfield([("item", "")])},
    "table": {"caption": "", "cells": ""},
    "quote": {"text": "", "source": ""},
    "thought": {"question": "", "answer": ""},
    "activity": {"link": ""},
}


@pytest.fixture(scope="module")
def course(founded: Community, rows_of_module: Any) -> CoursePage:
    written: CoursePage = rows_of_module(
        lambda: write_course(academy_page=academy_of(founded), text=course_text(), by=None)
    )
    return written


@pytest.fixture
def trainer(course: CoursePage, client: Client) -> Client:
    client.force_login(UserFactory(duties=[(course.home.community, DutyRole.TRAINER)]))
    return client


def lesson_form(block: str, **action: str) -> dict[str, Any]:
    return nested_form_data(
        {
            "title": "签到",
            "slug": "check-in",
            "class_hours": "1.5",
            "body": streamfield([(block, UNFINISHED[block])]),
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000},
            **action,
        }
    )


def test_a_title_alone_makes_a_draft_and_a_second_one_of_that_title_too(trainer: Client, course: CoursePage) -> None:
    """An error stood on another tab: the script fills in the address once the author leaves the title."""
    add = reverse("wagtailadmin_pages:add", args=["cms", "lessonpage", course.pk])
    for _again in range(2):
        assert trainer.post(add, lesson_form("text") | {"title": "剪刀", "slug": ""}).status_code == 302
    slugs = LessonPage.objects.child_of(course).filter(draft_title="剪刀").values_list("slug", flat=True)
    assert set(slugs) == {"剪刀", "剪刀-2"}


def test_the_form_of_a_course_leads_to_its_lessons(trainer: Client, course: CoursePage) -> None:
    add = reverse("wagtailadmin_pages:add", args=["cms", "lessonpage", course.pk])
    assert f'href="{add}"' in trainer.get(reverse("wagtailadmin_pages:edit", args=[course.pk])).content.decode()

    new = reverse("wagtailadmin_pages:add", args=["cms", "coursepage", course.get_parent().pk])
    assert "lessonpage" not in trainer.get(new).content.decode()


def test_every_block_is_tried_unfinished() -> None:
    assert set(UNFINISHED) == set(BodyBlock().child_blocks)


@pytest.mark.parametrize("block", UNFINISHED)
def test_an_unfinished_block_is_saved_as_a_draft_and_keeps_what_was_typed(
    trainer: Client, course: CoursePage, block: str
) -> None:
    add = reverse("wagtailadmin_pages:add", args=["cms", "lessonpage", course.pk])
    assert trainer.post(add, lesson_form(block)).status_code == 302
    draft = LessonPage.objects.child_of(course).get(slug="check-in").get_latest_revision_as_object()
    assert [one.block_type for one in draft.body] == [block]
    if block == "video":
        assert draft.body[0].value["transcript"] == "她打开手机"
    if block == "quiz":
        value = draft.body[0].value
        assert (value["pasted"], value["pool"], len(value["questions"])) == ("1. 没写完的题", 9, 1)


@pytest.mark.parametrize("block", UNFINISHED)
def test_what_is_missing_is_asked_for_at_the_submission(trainer: Client, course: CoursePage, block: str) -> None:
    add = reverse("wagtailadmin_pages:add", args=["cms", "lessonpage", course.pk])
    answer = trainer.post(add, lesson_form(block, **{"action-submit": "1"}))
    assert answer.status_code == 200
    assert answer.context["form"].errors["body"]
    assert not LessonPage.objects.child_of(course).filter(slug="check-in").exists()


@pytest.mark.parametrize("block", UNFINISHED)
def test_an_unfinished_block_is_previewed(trainer: Client, course: CoursePage, block: str) -> None:
    address = reverse("wagtailadmin_pages:preview_on_add", args=["cms", "lessonpage", course.pk])
    assert trainer.post(address, lesson_form(block)).json() == {"is_valid": True, "is_available": True}
    shown = trainer.get(f"{address}?in_preview_panel=true")
    assert "签到" in shown.content.decode()
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in shown["Content-Security-Policy"]


def test_a_file_that_phones_do_not_play_is_refused_where_it_stands() -> None:
    block: Any = BodyBlock().child_blocks["video"]
    drawn = render_to_string("cms/blocks/video.html", {"value": block.to_python({"video": None, "transcript": "无声"})})
    assert "<video" not in drawn and "无声" in drawn


@pytest.mark.parametrize("kind", [HomePage, RecruitmentPage, RulesPage, CoursePage, LessonPage])
@pytest.mark.parametrize("mode", ["", "elder"])
def test_the_editors_frame_shows_every_kind_of_page(course: CoursePage, client: Client, kind: Any, mode: str) -> None:
    client.force_login(UserFactory(duties=[(course.home.community, DutyRole.SOCIAL_WORKER)]))
    page: Page = kind.objects.first()
    asking = client.get("/").wsgi_request
    shown = page.get_latest_revision_as_object().make_preview_request(asking, mode)
    assert shown.status_code == 200
    assert ("data-elder" in shown.content.decode()) is (mode == "elder")
    assert "frame-ancestors 'self'" in shown["Content-Security-Policy"]
    assert "unsafe-inline" not in shown["Content-Security-Policy"]


def test_no_other_site_frames_a_page(course: CoursePage, client: Client) -> None:
    shown = client.get(course.get_url())
    assert "frame-ancestors 'none'" in shown["Content-Security-Policy"]
    assert shown["X-Frame-Options"] == "DENY"
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["frame-ancestors"] == ["'none'"]
