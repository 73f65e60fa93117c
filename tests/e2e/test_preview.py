"""The editor shows each kind of page beside its form, and plans a publication."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from academy.people.permissions import DutyRole
from cms.founding import academy_of
from cms.models import CoursePage, HomePage, LessonPage, RecruitmentPage, RulesPage
from cms.writing import write_course
from tests.e2e.conftest import in_chinese
from tests.factories import UserFactory, course_text, found

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = (HomePage, RecruitmentPage, RulesPage, CoursePage, LessonPage)


@pytest.fixture
def editor(served: str, desk: Page) -> Page:
    home = found()
    write_course(academy_page=academy_of(home), text=course_text(), by=None)
    client = Client()
    client.force_login(UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER), (home, DutyRole.TRAINER)]))
    desk.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served}])
    return desk


def test_each_kind_of_page_is_previewed_beside_its_form(served: str, editor: Page) -> None:
    for kind in KINDS:
        page: Any = kind.objects.filter(locale__language_code="zh-hans").first()
        editor.goto(f"{served}/admin/pages/{page.pk}/edit/")
        panel = editor.locator("[data-side-panel=preview]")
        if not panel.is_visible():
            editor.locator("[data-side-panel-toggle=preview]").click()
        shown = editor.frame_locator("[data-side-panel=preview] iframe").last
        expect(shown.locator("main")).to_contain_text(page.title)
        assert shown.locator("body").evaluate("() => window.innerWidth") <= 400
        expect(shown.locator("html[data-elder]")).to_have_count(0)
        editor.get_by_label(in_chinese("Preview mode")).select_option(label=in_chinese("Elder mode"))
        expect(shown.locator("html[data-elder]")).to_have_count(1)


def test_the_calendar_of_a_planned_publication_leaves_its_button_free(served: str, editor: Page) -> None:
    """Escape closes the calendar, and what was typed stays."""
    lesson: Any = LessonPage.objects.filter(locale__language_code="zh-hans").first()
    editor.set_viewport_size({"width": 1280, "height": 800})
    editor.goto(f"{served}/admin/pages/{lesson.pk}/edit/")
    plan = editor.locator("[data-a11y-dialog-show=schedule-publishing-dialog]").first
    if not plan.is_visible():
        editor.locator("[data-side-panel-toggle=status]").click()
    plan.click()
    field = editor.locator("#id_go_live_at")
    field.click()
    calendar = editor.locator(".xdsoft_datetimepicker:visible")
    expect(calendar).to_have_count(1)
    editor.locator("#schedule-publishing-dialog .action-save").click(trial=True)
    expect(calendar).to_have_count(1)
    field.press("Escape")
    expect(calendar).to_have_count(0)
    expect(field).to_be_visible()
