"""A new lesson is saved once, though its author clicks “Save” while the editor saves by itself."""

import time
from decimal import Decimal

import pytest
from django.test import Client
from playwright.sync_api import Page, Route, expect

from academy.people.permissions import DutyRole
from cms.founding import academy_of
from cms.models import CoursePage, LessonPage
from cms.writing import write_course
from tests.factories import UserFactory, course_text, found

pytestmark = pytest.mark.django_db(transaction=True)


def slowly(route: Route) -> None:
    """Let the answer to a save come late."""
    if route.request.method == "POST":
        answer = route.fetch()
        time.sleep(2)  # a slow answer is what the test is about
        route.fulfill(response=answer)
    else:
        route.continue_()


@pytest.fixture
def course(served: str, desk: Page) -> CoursePage:
    """A course whose trainer has the form of a new lesson before them."""
    home = found()
    course = write_course(academy_page=academy_of(home), text=course_text(length=1), by=None)
    client = Client()
    client.force_login(UserFactory(duties=[(home, DutyRole.TRAINER)]))
    desk.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served}])
    desk.route("**/admin/pages/add/**", slowly)
    desk.goto(f"{served}/admin/pages/add/cms/lessonpage/{course.pk}/")
    desk.evaluate(
        "document.addEventListener('w-autosave:save', () => document.body.setAttribute('data-saves-by-itself', ''))"
    )
    desk.wait_for_timeout(2500)  # the editor looks at the untouched form first, to see what changes later
    return course


def test_a_click_on_save_while_the_editor_saves_makes_no_second_lesson(desk: Page, course: CoursePage) -> None:
    desk.locator("input[name=title]").fill("检查清单")
    desk.locator("input[name=class_hours]").fill("0.5")
    desk.locator("body[data-saves-by-itself]").wait_for()
    desk.locator("footer button.action-save").first.click()

    expect(desk.locator(".messages")).to_contain_text("检查清单")
    written = LessonPage.objects.child_of(course).filter(draft_title="检查清单")
    assert written.count() == 1
    assert written.get().get_latest_revision_as_object().class_hours == Decimal("0.5")


def test_the_editor_saves_no_more_once_the_author_has_saved(desk: Page, course: CoursePage) -> None:
    desk.locator("input[name=title]").fill("检查清单")
    desk.locator("footer button.action-save").first.click()

    expect(desk.locator(".messages")).to_contain_text("检查清单")
    assert LessonPage.objects.child_of(course).filter(draft_title="检查清单").count() == 1
