"""The pages on which authors write, choose, compare and look back, as axe reads them in two dresses."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from academy.people.permissions import DutyRole
from cms.models import LessonPage
from tests.e2e.conftest import PATIENCE
from tests.e2e.test_faces import dress
from tests.e2e.test_lesson import lesson
from tests.factories import UserFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # Wagtail leaves the file of a new rendition to the garbage collector.
    pytest.mark.filterwarnings("ignore:.*FileIO:pytest.PytestUnraisableExceptionWarning"),
]

__all__ = ["lesson"]  # the fixture

# Wagtail's own faults, by axe's rule: our side has neither a template nor a setting for them.
WAGTAILS = {
    "landmark-unique": "Each block of the editor is a section named after its kind: two pictures have one name.",
    "scrollable-region-focusable": "The list of the page's parts beside the editor scrolls; Chromium lets the keyboard "
    "scroll it, other browsers reach each part by the panels themselves.",
    "image-redundant-alt": "In the window to choose a picture, its title is its description and stands below too.",
    "empty-table-header": "The column of arrows in the window to choose a page or file has no heading.",
}


def author(browser: Browser, served: str, lesson: LessonPage, **options: Any) -> Page:
    """Return the browser of one who writes and publishes courses, in this dress."""
    cookies = dict(options.pop("cookies", {}))
    home = lesson.home.community
    client = Client()
    client.force_login(UserFactory(duties=[(home, DutyRole.TRAINER), (home, DutyRole.SOCIAL_WORKER)]))
    cookies["sessionid"] = client.cookies["sessionid"].value
    context = browser.new_context(locale="zh-CN", base_url=served, **options)
    context.set_default_timeout(PATIENCE)
    context.add_cookies([{"name": name, "value": value, "url": served} for name, value in cookies.items()])
    return context.new_page()


def addresses(lesson: LessonPage) -> dict[str, str]:
    """Return the author's pages about this lesson, by name."""
    course = lesson.course_page
    revisions = []
    for title in ("走近之前", "走近之前看一看"):
        lesson.title = title
        revisions.append(lesson.save_revision())
    compared = [lesson.pk, *(one.pk for one in revisions)]
    return {
        "the academy": reverse("wagtailadmin_explore", args=[course.get_parent().pk]),
        "the course": reverse("wagtailadmin_explore", args=[course.pk]),
        "edit the course": reverse("wagtailadmin_pages:edit", args=[course.pk]),
        "history": reverse("wagtailadmin_pages:history", args=[lesson.pk]),
        "two versions": reverse("wagtailadmin_pages:revisions_compare", args=compared),
        "changes": reverse("course_changes", args=[course.pk]),
        "pictures": reverse("wagtailimages:index"),
        "files": reverse("wagtaildocs:index"),
        "quizzes": reverse("quizzes"),
        "a quiz": reverse("quiz_figures", args=[course.course.key, lesson.key]),
        "reviews": reverse("wagtailadmin_reports:workflow"),
        "steps of reviews": reverse("wagtailadmin_reports:workflow_tasks"),
    }


def faults(page: Page, name: str, within: str = "") -> list[str]:
    """Return what axe finds on the page, or in one part of it, in words."""
    found = Axe().run(page, context=within or None).response["violations"]
    nodes = ((one["id"], node) for one in found if one["id"] not in WAGTAILS for node in one["nodes"])
    return [f"{name}: {rule}: {node['html'][:160]}" for rule, node in nodes]


def choose(page: Page, name: str) -> list[str]:
    """Return what is wrong in the window that a click opened, and close it."""
    window = page.locator(".modal.in, .modal.show")
    expect(window.locator("table, .listing, form").first).to_be_visible()
    wrong = faults(page, name, ".modal-dialog")
    page.keyboard.press("Escape")
    expect(page.locator(".modal:visible")).to_have_count(0)  # it fades
    return wrong


@pytest.mark.parametrize(
    "worn",
    [
        pytest.param(dress(1280), id="light-zh"),
        pytest.param(dress(1280, dark=True, english=True), id="dark-en", marks=pytest.mark.soak),
    ],
)
def test_what_authors_work_with_is_accessible(
    served: str, browser: Browser, lesson: LessonPage, worn: dict[str, Any]
) -> None:
    page = author(browser, served, lesson, **worn)
    wrong: list[str] = []
    for name, address in addresses(lesson).items():
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, address
        wrong += faults(page, name)

    page.goto(reverse("wagtailadmin_pages:edit", args=[lesson.pk]))
    expect(page.locator(".public-DraftEditor-content").first).to_be_visible()
    names = page.locator(".public-DraftEditor-content").first.get_attribute("aria-labelledby")
    assert names, "the text editor takes the heading of its block as its name"
    wrong += faults(page, "edit the lesson")

    for name, chooser in {"a picture": ".image-chooser", "a file": ".document-chooser"}.items():
        # The button of a block with a picture or file stands in a menu.
        page.locator(f"{chooser} [data-chooser-action-choose]").first.dispatch_event("click")
        wrong += choose(page, name)
    page.locator(".public-DraftEditor-content").first.click()
    page.keyboard.press("Control+A")
    page.locator(".Draftail-FloatingToolbar button[name=LINK]").click()
    wrong += choose(page, "a page")
    page.context.close()
    assert wrong == []
