"""The page editor saves by itself while a dialog is open, and keeps what was typed."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from PIL import Image as PillowImage
from playwright.sync_api import Page, expect
from wagtail.images.models import Image
from wagtail.models import Collection

from academy.people.permissions import DutyRole
from cms.founding import academy_of
from cms.models import LessonPage
from cms.writing import write_course
from tests.e2e.conftest import in_chinese
from tests.factories import UserFactory, course_text, found

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lesson(served: str, desk: Page) -> LessonPage:
    home = found()
    course = write_course(academy_page=academy_of(home), text=course_text(), by=None)
    client = Client()
    client.force_login(UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER), (home, DutyRole.TRAINER)]))
    desk.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served}])
    desk.set_viewport_size({"width": 1280, "height": 900})
    return LessonPage.objects.child_of(course).first()


def draft_of(lesson: LessonPage) -> Any:
    return LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object()


def saving(page: Page, words: str) -> Any:
    """Wait for the save that the editor makes by itself and that holds the words."""
    return page.expect_response(
        lambda one: one.ok and "/admin/pages/" in one.url and words.encode() in (one.request.post_data_buffer or b"")
    )


def test_a_plan_that_is_being_typed_outlives_a_save(served: str, desk: Page, lesson: LessonPage) -> None:
    desk.goto(f"{served}{reverse('wagtailadmin_pages:edit', args=[lesson.pk])}")
    desk.wait_for_timeout(2500)  # the editor looks at the untouched form first, to see what changes later
    plan = desk.locator("[data-a11y-dialog-show=schedule-publishing-dialog]").first
    if not plan.is_visible():
        desk.locator("[data-side-panel-toggle=status]").click()
    with saving(desk, "新的标题"):
        desk.locator("#id_title").fill("新的标题")
        plan.click()
        desk.locator("#id_go_live_at").fill("2031-12-24 9:00")
    expect(desk.locator("#schedule-publishing-dialog")).to_be_visible()
    expect(desk.locator("#id_go_live_at")).to_have_value("2031-12-24 9:00")
    desk.locator("#id_expire_at").fill("2032-1-5 18:00")
    # An address that the editor only rewrites is a navigation as well: what counts is that the form was sent.
    with desk.expect_response(lambda one: one.request.method == "POST" and one.request.is_navigation_request()):
        desk.locator("#schedule-publishing-dialog .action-save").click()

    draft = draft_of(lesson)
    assert draft.title == "新的标题"
    assert (draft.go_live_at.year, draft.expire_at.year) == (2031, 2032)


def test_a_picture_that_is_being_chosen_outlives_a_save(served: str, desk: Page, lesson: LessonPage) -> None:
    photo = BytesIO()
    PillowImage.new("RGB", (1280, 720), "#6b7a52").save(photo, "PNG")
    files = Collection.objects.get(name=str(lesson.course_page.course.community))
    picture = Image.objects.create(title="社区花园", file=ContentFile(photo.getvalue(), "garden.png"), collection=files)
    desk.goto(f"{served}{reverse('wagtailadmin_pages:edit', args=[lesson.pk])}")
    desk.wait_for_timeout(2500)  # as above
    body = desk.locator("[data-contentpath=body]")
    body.locator("> .w-field__input > * > [data-streamfield-stream-container] > div > button").last.click()
    desk.get_by_role("option", name=in_chinese("Picture"), exact=True).click()
    block = body.locator("[data-streamfield-child]").last
    with saving(desk, "新的标题"):
        desk.locator("#id_title").fill("新的标题")
        block.locator(".unchosen [data-chooser-action-choose]").click()
    desk.locator("a[data-chooser-modal-choice]", has_text="社区花园").first.click()
    expect(block.locator(".image-chooser img")).to_be_visible()
    with saving(desk, "花园里有两个人在浇水"):
        block.locator("[name$='-alt']").fill("花园里有两个人在浇水")

    draft = draft_of(lesson)
    assert draft.title == "新的标题"
    assert [one.value["image"] for one in draft.body if one.block_type == "picture"] == [picture]
