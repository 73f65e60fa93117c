"""Pages of signed-out visitors are kept, and right at once after each change (ADR 159)."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, Site

from academy.classes.models import Assessment
from academy.classes.services import assessing
from academy.core import page_cache
from academy.core.models import Community
from academy.people.permissions import DutyRole
from cms.founding import academy_of
from cms.models import CoursePage, LessonPage
from cms.writing import write_course
from tests.activities.practising import plan_practicum
from tests.checkin.gate import poster, signed_in, tap
from tests.checkin.times import START
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory, course_text, found, sign_up
from tests.pages import Statements, text_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ACADEMY = "/zh-hans/academy/"
COURSE = f"{ACADEMY}first-steps/"
LESSON = f"{COURSE}lesson-1/"
PAGES = ("/zh-hans/", ACADEMY, COURSE, LESSON, "/zh-hans/join/", "/zh-hans/rules/", "/en/academy/first-steps/")


@pytest.fixture
def course_page(settings: Any, tmp_path: Path) -> Iterator[CoursePage]:
    """Found a community with a course, whose pages are kept in files as in production."""
    settings.CACHES = {
        **django_settings.CACHES,
        "pages": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(tmp_path)},
    }
    course_page = write_course(academy_page=academy_of(found()), text=course_text(), by=None)
    with connection.execute_wrapper(page_cache._note_writes):
        yield course_page


def community_of(course_page: CoursePage) -> Community:
    return course_page.home.community


def read(address: str) -> tuple[int, str]:
    """Return the status and the text that a visitor gets, from a new browser each time."""
    response = Client().get(address)
    return response.status_code, text_of(response)


def test_the_second_visitor_costs_no_statement_and_gets_the_same_page(course_page):
    for address in PAGES:
        first = Client().get(address)
        with Statements() as statements:
            second = Client().get(address)
        assert statements.sql == [], address
        assert (second.content, dict(second.items())) == (first.content, dict(first.items()))


def test_a_kept_page_holds_no_token_and_no_cookie_and_keeps_its_policy(course_page):
    for address in PAGES:
        Client().get(address)
        kept = Client().get(address)
        assert "csrf" not in kept.content.decode() and not kept.cookies, address
        assert "frame-ancestors 'none'" in kept["Content-Security-Policy"]
        assert (kept["Vary"], kept["Content-Language"]) == ("Cookie", address.split("/")[1])


def test_no_kept_page_reads_a_table_whose_writes_are_quiet(course_page):
    ActivityFactory(community=community_of(course_page), title="楼道清洁")
    plan_practicum(course_page.course, timezone.now() + dt.timedelta(days=2))
    for address in PAGES:
        with Statements() as statements:
            assert Client().get(address).status_code == 200
        tables = {table for sql in statements.sql for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', sql)}
        assert tables and not any(table.startswith(page_cache.QUIET) for table in tables), address


def test_a_signed_in_visitor_gets_a_page_of_their_own_and_leaves_none(course_page):
    volunteer = VolunteerFactory(community=community_of(course_page), name="王秀英", login=True)
    reader = Client()
    reader.force_login(volunteer.user)
    assert "王秀英" in text_of(reader.get("/zh-hans/"))
    assert "王秀英" not in read("/zh-hans/")[1]
    assert "王秀英" in text_of(reader.get("/zh-hans/"))


def test_a_preview_shows_the_draft_and_no_visitor_gets_it(course_page):
    read(COURSE)
    course_page.title = "还没发布的名字"
    assert "还没发布的名字" in text_of(course_page.make_preview_request())
    page_cache.forget()
    assert "还没发布的名字" in text_of(course_page.make_preview_request())
    assert "还没发布的名字" not in read(COURSE)[1]


# Each of these changes what the visitor reads


def rename(course_page: CoursePage) -> None:
    course_page.title = "新的名字"
    course_page.save_revision().publish()


def rename_past_the_models(course_page: CoursePage) -> None:
    Page.objects.filter(pk=course_page.pk).update(title="新的名字")


def publish_by_the_clock(course_page: CoursePage) -> None:
    course_page.title = "新的名字"
    course_page.go_live_at = timezone.now() + dt.timedelta(hours=1)
    course_page.save_revision().publish()
    with time_machine.travel(course_page.go_live_at + dt.timedelta(minutes=1), tick=False):
        call_command("publish_scheduled")


def unpublish(course_page: CoursePage) -> None:
    course_page.unpublish()


def unpublish_lesson(course_page: CoursePage) -> None:
    LessonPage.objects.child_of(course_page).get(slug="lesson-1").unpublish()


def move_lesson(course_page: CoursePage) -> None:
    other = write_course(academy_page=course_page.get_parent().specific, text=course_text("other", length=1), by=None)
    LessonPage.objects.child_of(other).update(slug="kept")
    LessonPage.objects.child_of(course_page).get(slug="lesson-1").move(
        CoursePage.objects.get(pk=other.pk), "last-child"
    )


def delete(course_page: CoursePage) -> None:
    CoursePage.objects.get(pk=course_page.pk).delete()


def assess(course_page: CoursePage) -> None:
    by = UserFactory(duties=[(community_of(course_page), DutyRole.SOCIAL_WORKER)])
    answer = assessing.set_assessment(course=course_page.course, kind="score", by=by, at=timezone.now())
    assert isinstance(answer, Assessment), answer


def require(course_page: CoursePage) -> None:
    text = course_text("other", title="另一门课")
    other = write_course(academy_page=course_page.get_parent().specific, text=text, by=None)
    course_page.course.requires.set([other.course])


def plan_a_practicum(course_page: CoursePage) -> None:
    plan_practicum(course_page.course, timezone.now() + dt.timedelta(days=2))


def close_the_address(course_page: CoursePage) -> None:
    Site.objects.update(hostname="elsewhere.test", is_default_site=False)


@pytest.mark.parametrize(
    ("address", "change", "seen"),
    [
        (COURSE, rename, "新的名字"),
        (ACADEMY, rename, "新的名字"),
        (COURSE, rename_past_the_models, "新的名字"),
        (COURSE, publish_by_the_clock, "新的名字"),
        (COURSE, unpublish, 404),
        (LESSON, unpublish_lesson, 404),
        (LESSON, move_lesson, 302),  # to its new address
        (COURSE, delete, 404),
        (COURSE, assess, "考核"),
        (COURSE, require, "另一门课"),
        (COURSE, plan_a_practicum, "还有 2 个名额"),
        ("/zh-hans/", close_the_address, 404),
    ],
)
def test_a_change_shows_at_once(course_page, address, change, seen):
    status, text = read(address)
    assert status == 200 and str(seen) not in text
    change(course_page)
    status, text = read(address)
    assert status == seen if isinstance(seen, int) else seen in text


def test_a_place_taken_in_a_practicum_shows_at_once(course_page):
    activity = plan_practicum(course_page.course, timezone.now() + dt.timedelta(days=2))
    assert "还有 2 个名额" in read(COURSE)[1]
    role = activity.roles.get(practicum=True)
    sign_up(VolunteerFactory(community=activity.community), activity.shifts.get(), role, at=timezone.now())
    assert "还有 1 个名额" in read(COURSE)[1]


@time_machine.travel(START, tick=False)
def test_a_check_in_forgets_no_page(course_page):
    activity = ActivityFactory(community=community_of(course_page))
    volunteer = VolunteerFactory(community=activity.community, login=True)
    sign_up(volunteer, activity.shifts.get())
    phone = signed_in(volunteer)
    gate = poster(activity)
    read(COURSE)
    tap(phone, gate)
    with Statements() as statements:
        read(COURSE)
    assert statements.sql == []
