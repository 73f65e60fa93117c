"""A group's thread becomes a printed roster at the desk; a volunteer signs up on a small phone."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, expect

from academy.activities.models import Activity, SignUp
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from tests.e2e.conftest import PATIENCE, beside_screen, in_chinese
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory
from tests.paper.reading import pages

MONDAY = dt.datetime(2026, 11, 30, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SATURDAY = MONDAY + dt.timedelta(days=5)
NAMES = [f"{family}{given}" for family in "张王李赵刘" for given in ("桂兰", "建国", "秀英", "志强", "小燕")]


class Clicks:
    """Count the clicks or taps of a person."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, target: Locator) -> None:
        target.click()
        self.count += 1


@pytest.fixture
def activity(served: str, transactional_db: None) -> Activity:
    leader = VolunteerFactory(name="陈志强")
    planned: Activity = ActivityFactory(
        community=leader.community,
        leader=leader,
        title="冬季防火入户宣传",
        place="松林社区 1–20 栋",
        capacity=40,
        starts_at=SATURDAY,
        ends_at=SATURDAY + dt.timedelta(hours=2),
    )
    return planned


@pytest.fixture
def screen(browser: Browser, served: str) -> Iterator[Any]:
    contexts = []

    def make(user: User, width: int, height: int, **cookies: str) -> Page:
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN"))
        contexts[-1].set_default_timeout(PATIENCE)
        client = Client()
        client.force_login(user)
        cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        contexts[-1].add_cookies([{"name": name, "value": value, "url": served} for name, value in cookies.items()])
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.mark.soak
def test_a_thread_of_25_lines_becomes_a_printed_roster_with_few_clicks(
    served: str, activity: Activity, screen: Any
) -> None:
    """The page asks about two of the people; the rest is one look."""
    for name in NAMES:
        VolunteerFactory(community=activity.community, name=name)
    VolunteerFactory(community=activity.community, name=NAMES[7])  # two of one name
    lines = [f"{at}. {name}" for at, name in enumerate(NAMES, 1)]
    lines[3] += " 带一人"
    lines[9] = "10. 刘大妈"
    thread = "#接龙\n周六上午防火宣传，请接龙\n" + "\n".join(lines)
    worker = UserFactory(duties=[(activity.community, DutyRole.SOCIAL_WORKER)])
    clicks = Clicks()
    with time_machine.travel(MONDAY):
        desk = screen(worker, 1280, 800)
        desk.goto(f"{served}/admin/activity/edit/{activity.pk}/")
        clicks(desk.get_by_role("link", name=in_chinese("Paste a thread")).first)
        desk.locator("textarea[name=thread]").fill(thread)
        clicks(desk.locator("button[name=read]"))
        expect(desk.locator("fieldset.thread-row").first).to_be_visible()
        asked = desk.locator("fieldset.thread-row:has(.thread-question)")
        expect(asked).to_have_count(2)
        for row in asked.all():
            clicks(row.locator("input[type=radio]").first)
        clicks(desk.locator("button[name=save]"))
        expect(desk.locator(".messages")).to_be_visible()
        clicks(desk.get_by_role("link", name=in_chinese("Roster")).first)
        paper = desk.get_by_role("link", name=in_chinese("Print it to be signed")).first
        expect(paper).to_be_visible()
        printed = desk.request.get(served + str(paper.get_attribute("href"))).body()
        clicks.count += 1
    assert printed.startswith(b"%PDF") and "张桂兰" in "".join(pages(printed))
    assert SignUp.objects.filter(shift__activity=activity, cancelled_at=None).count() >= 23
    assert clicks.count == 7


@pytest.mark.parametrize(
    ("language", "elder"), [("zh-hans", ""), ("en", ""), ("zh-hans", "2")], ids=["chinese", "english", "elder"]
)
def test_a_volunteer_finds_understands_and_signs_up_with_three_taps(
    served: str, activity: Activity, screen: Any, language: str, elder: str
) -> None:
    """The tab, the card, the button; on a screen of 360 points."""
    person: Volunteer = VolunteerFactory(community=activity.community, name="王秀英", login=True)
    in_words = {"zh-hans": "12月5日 周六", "en": "Sat 5 Dec"}
    taps = Clicks()
    with time_machine.travel(MONDAY):
        phone = screen(person.user, 360, 780, django_language=language, elder=elder)
        phone.goto(f"{served}/")
        taps(phone.locator(".tabs a[href='/activities/']"))
        taps(phone.locator("main a", has_text=activity.title).first)
        button = phone.locator(f"form[action='/activities/{activity.pk}/sign-up/'] button").first
        taps(button)
        expect(phone.locator(".callout-good")).to_contain_text(in_words[language])
        assert beside_screen(phone) == 0
    assert SignUp.objects.get(volunteer=person).cancelled_at is None
    assert taps.count == 3
