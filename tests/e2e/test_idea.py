"""An idea in a real browser: typed on a phone, talked over, accepted, led by its proposer."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from academy.activities.models import Activity
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from tests.e2e.conftest import PATIENCE, beside_screen, in_chinese
from tests.factories import IssuerFactory, UserFactory, VolunteerFactory

MONDAY = dt.datetime(2026, 11, 30, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PASSWORD = "a long enough password"
IDEA = {
    "title": "关爱弱势长者",
    "what": "陪独居老人聊天，帮着贴窗花、擦玻璃",
    "whom": "3 栋和 5 栋的独居老人",
    "day": "2026-12-12",
    "begins": "09:00",
    "ends": "11:00",
    "place": "松林社区 3 栋",
    "people": "6",
    "risks": "擦玻璃不登高，只擦够得着的",
    "help_needed": "窗花和抹布",
}


@pytest.fixture
def volunteer(served: str, transactional_db: None) -> Volunteer:
    person: Volunteer = VolunteerFactory(name="王秀英", birth_date=dt.date(1961, 3, 5), login=True)
    IssuerFactory(community=person.community)
    UserFactory(
        username="worker", email="w@example.org", password=PASSWORD, duties=[(person.community, DutyRole.SOCIAL_WORKER)]
    )
    return person


def see(page: Page, address: str = "") -> None:
    """Open the page, or stay on it, and look that no part stands beside the screen."""
    if address:
        page.goto(address)
    assert beside_screen(page) == 0, page.url


@pytest.mark.soak
def test_an_idea_becomes_an_activity_that_its_proposer_leads(
    served: str, volunteer: Volunteer, desk: Page, browser: Browser
) -> None:
    client = Client()
    client.force_login(volunteer.user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(viewport={"width": 360, "height": 780}, locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": served}])
    phone = context.new_page()
    with time_machine.travel(MONDAY):
        see(phone, f"{served}/activities/")
        phone.locator("main a[href='/proposals/']").click()
        see(phone)
        phone.get_by_role("link", name=in_chinese("Write down an idea")).click()
        see(phone)
        for name, text in IDEA.items():
            phone.locator(f"[name={name}]").fill(text)
        see(phone)
        phone.get_by_role("button", name=in_chinese("Hand it in")).click()
        expect(phone.locator("#talk")).to_be_visible()
        see(phone)

        # The social worker finds it among what waits, and asks back.
        desk.goto(f"{served}/admin/login/")
        desk.locator("[name=login]").fill("w@example.org")
        desk.locator("[name=password]").fill(PASSWORD)
        desk.locator("[name=password]").press("Enter")
        expect(desk.locator("#main")).to_be_visible()
        see(desk)
        desk.locator("#main a[href*='/decisions/']").first.click()
        expect(desk.locator("main")).to_contain_text(IDEA["whom"])
        see(desk)
        desk.get_by_role("link", name=in_chinese("Ask back, and read the talk")).click()
        desk.locator("#note").fill("抹布由居委会准备，窗花几张？")
        desk.get_by_role("button", name=in_chinese("Send", "a note")).click()
        expect(desk.locator("#talk article")).to_have_count(1)

        # The proposer hears of the question, and answers.
        see(phone, f"{served}/my/")
        expect(phone.locator("main")).to_contain_text("抹布由居委会准备")
        phone.locator("main a[href*='/proposals/']", has_text=IDEA["title"]).first.click()
        expect(phone.locator("#talk article")).to_have_count(1)
        phone.locator("#note").fill("二十张")
        phone.get_by_role("button", name=in_chinese("Send", "a note")).click()
        expect(phone.locator("#talk article")).to_have_count(2)
        see(phone)

        # Yes: the plan stands there already, with the proposer as leader, and is published.
        desk.goto(f"{served}/decisions/")
        expect(desk.locator("main")).to_contain_text("二十张")
        see(desk)
        desk.get_by_role("button", name=in_chinese("Accept: plan it with them as leader")).click()
        expect(desk).to_have_url(re.compile(r"/admin/activity/edit/\d+/"))
        expect(desk.locator("[name='shifts-0-date']")).to_have_value("2026-12-12")
        expect(desk.locator("#id_leader-chooser")).to_contain_text(volunteer.name)
        see(desk)
        desk.get_by_role("button", name=in_chinese("Save and publish")).click()
        expect(desk.locator(".messages")).to_be_visible()
        see(desk)

        activity = Activity.objects.get()
        assert activity.published_at and activity.volunteer_initiated and activity.leader == volunteer
        see(phone, f"{served}/my/")
        phone.locator("main a", has_text=IDEA["title"]).first.click()
        see(phone)
        see(phone, f"{served}/activities/{activity.pk}/")
        phone.get_by_role("link", name=in_chinese("Lead this activity")).click()
        expect(phone).to_have_url(f"{served}/lead/{activity.pk}/")
        expect(phone.get_by_role("heading", level=1)).to_contain_text(IDEA["title"])
        see(phone)
    context.close()
