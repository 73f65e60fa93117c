"""A class from its poster to the next course: the phones of a learner and of two assessors."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from academy.checkin.services import codes
from academy.classes.models import CourseRun
from academy.classes.services import assessing, running
from academy.hours.services import confirmation, notices
from academy.learning.award_models import Attendance
from academy.learning.models import Course, CourseCompletion
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from cms.founding import academy_of
from cms.writing import write_course
from tests.e2e.conftest import beside_screen, decode_codes, in_chinese
from tests.factories import UserFactory, VolunteerFactory, course_text, found

FRIDAY = dt.datetime(2026, 12, 4, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CLASS = FRIDAY + dt.timedelta(days=1, hours=5)  # Saturday, 14:00 to 14:45
LATER = FRIDAY + dt.timedelta(days=17)  # the notice of its hours is over
ITEMS = ["判断意识与呼救", "胸外按压三十次"]


@dataclass
class Taught:
    run: CourseRun
    learner: Volunteer
    assessors: list[Volunteer]
    worker: User


@pytest.fixture
def taught(served: str, transactional_db: None) -> Taught:
    """A run of a course that a checklist of two assessors completes, and a course that requires it."""
    with time_machine.travel(FRIDAY - dt.timedelta(days=30), tick=False):
        community = found()
        worker = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])
        names = ("王秀英", "陈志强", "李建国")
        people = [VolunteerFactory(community=community, name=name, login=True) for name in names]
        home = academy_of(community)
        write_course(academy_page=home, text=course_text("first-aid", 1, title="急救入门"), by=None)
        following = write_course(academy_page=home, text=course_text("aed", 1, title="AED 骨干"), by=None)
        course = Course.objects.get(key="first-aid")
        following.requires.set([course])
        following.save_revision().publish()
    with time_machine.travel(FRIDAY, tick=False):
        given: dict[str, Any] = {"by": worker, "at": FRIDAY}
        assessing.set_assessment(course=course, kind="checklist", items="\n".join(ITEMS), signatures=2, **given)
        run = running.plan_run(
            course=course,
            title="急救班 第 1 期",
            instructor=people[1],
            issuer=community.issuers.get(),
            classes=[(CLASS, CLASS + dt.timedelta(minutes=45))],
            places=5,
            place="活动中心",
            assessors=[people[2]],
            **given,
        )
        assert isinstance(run, CourseRun), run
        codes.open_checkpoints(activity=run.activity)
    return Taught(run, people[0], people[1:], worker)


@pytest.fixture
def phone_of(browser: Browser, served: str) -> Iterator[Callable[[Volunteer], Page]]:
    """Return a function that opens the phone of a volunteer, signed in at this time."""
    contexts = []

    def make(person: Volunteer) -> Page:
        client = Client()
        client.force_login(person.user)  # type: ignore[arg-type]
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        contexts.append(browser.new_context(viewport={"width": 360, "height": 780}, locale="zh-CN"))
        contexts[-1].add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": served}])
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()


def see(page: Page, address: str = "") -> None:
    """Open the address; the page is no wider than the phone."""
    if address:
        page.goto(address)
    assert beside_screen(page) == 0, page.url


def press(page: Page, button: str, context: str = "") -> None:
    page.get_by_role("button", name=in_chinese(button, context)).first.click()


@pytest.mark.soak
def test_a_class_completes_the_course_and_opens_the_next_one(
    served: str, taught: Taught, phone_of: Callable[[Volunteer], Page]
) -> None:
    run, learner = taught.run, taught.learner
    with time_machine.travel(FRIDAY):
        phone = phone_of(learner)
        see(phone, f"{served}/classes/{run.pk}/")
        press(phone, "Join the class")
        office = Client()
        office.force_login(taught.worker)
        [poster] = decode_codes(office.get(f"/admin/activity/poster/{run.activity_id}/").content)

    for minutes, button, answer in ((-5, "Check in", "Checked in"), (46, "Check out", "Checked out")):
        with time_machine.travel(CLASS + dt.timedelta(minutes=minutes)):
            see(phone, poster)
            press(phone, button, "button")
            expect(phone.get_by_role("heading", level=1)).to_have_text(in_chinese(answer))
            see(phone)

    # The hours are confirmed; after their notice the course waits for the assessors alone, and the next for the course.
    for by in (taught.assessors[0].user, taught.worker):
        confirmation.confirm(activity=run.activity, by=by, at=CLASS + dt.timedelta(hours=2), heads=2)  # type: ignore[arg-type]
    notices.end_notices(at=LATER)
    with time_machine.travel(LATER):
        phone = phone_of(learner)
        see(phone, f"{served}/course/aed/")
        locked = phone.locator(".callout-warn", has_text=in_chinese("Before this course counts, complete:"))
        expect(locked.get_by_role("link", name="急救入门")).to_be_visible()

        for assessor in taught.assessors:
            assert not CourseCompletion.objects.exists()
            hand = phone_of(assessor)
            see(hand, f"{served}/classes/{run.pk}/learners/")
            hand.locator("a.row-title", has_text=learner.name).click()
            expect(hand.locator("fieldset.sign")).to_have_count(len(ITEMS))
            for item in hand.locator("fieldset.sign").all():
                item.locator(".sign-choice").first.click()
            see(hand)
            press(hand, "Sign", "a checklist")
            expect(hand.get_by_role("heading", level=1)).to_be_visible()

        expect(hand.locator(".count")).to_have_text("1 / 1")
        assert CourseCompletion.objects.get().volunteer == Attendance.objects.get().volunteer == learner
        phone.reload()
        expect(locked).to_have_count(0)
        press(phone, "Enrol and begin")
        expect(phone.get_by_role("heading", level=1)).to_have_text("第1节")
        see(phone, f"{served}/course/first-aid/")
        expect(phone.locator(".callout-good").first).to_be_visible()
