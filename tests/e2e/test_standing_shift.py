"""A standing shift in a real browser: planned at the desk; one tap stands in, one tap skips."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from academy.activities.models import SignUp
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.rotas.models import Series
from tests.e2e.conftest import beside_screen, decode_codes, in_chinese
from tests.factories import IssuerFactory, UserFactory, VolunteerFactory

MONDAY = dt.datetime(2026, 11, 30, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PASSWORD = "a long enough password"


@pytest.fixture
def volunteer(served: str, transactional_db: None) -> Volunteer:
    leader = VolunteerFactory(name="陈志强")
    IssuerFactory(community=leader.community)
    UserFactory(
        username="worker", email="w@example.org", password=PASSWORD, duties=[(leader.community, DutyRole.SOCIAL_WORKER)]
    )
    person: Volunteer = VolunteerFactory(community=leader.community, name="王秀英", login=True)
    return person


def sign_in(page: Page, address: str, login: str) -> None:
    page.goto(address)
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")


def test_plan_at_the_desk_stand_in_and_skip_on_the_phone(
    served: str, volunteer: Volunteer, desk: Page, browser: Browser
) -> None:
    with time_machine.travel(MONDAY):
        sign_in(desk, f"{served}/admin/login/", "w@example.org")
        expect(desk.locator("#main")).to_be_visible()
        desk.goto(f"{served}/admin/series/new/")
        desk.locator("[name=title]").fill("消防通道值守")
        desk.locator("[name=place]").fill("东门")
        desk.locator("[name=service_content]").fill("劝导车辆")
        for weekday in ("1", "3"):
            desk.locator(f"[name=weekdays][value='{weekday}']").check()
        desk.locator("[name=starts]").fill("1730")
        desk.locator("[name=ends]").fill("1930")
        desk.locator("#id_leader-chooser .unchosen [data-chooser-action-choose]").click()
        desk.locator("a[data-chooser-modal-choice]", has_text="陈志强").first.click()
        expect(desk.locator("#id_leader-chooser")).to_contain_text("陈志强")
        desk.get_by_role("button", name=in_chinese("Plan it and open the first dates")).click()
        paper = desk.locator("a", has_text=in_chinese("Print the rota to hang up")).first
        expect(paper).to_be_attached()
        series = Series.objects.get()
        address = f"/standing/{series.pk}/"
        assert decode_codes(desk.request.get(served + str(paper.get_attribute("href"))).body()) == [served + address]

        context = browser.new_context(viewport={"width": 360, "height": 780}, locale="zh-CN")
        client = Client()
        client.force_login(volunteer.user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": served}])
        phone = context.new_page()
        phone.goto(served + address)
        phone.get_by_role("button", name=in_chinese("Count me in every week")).click()
        expect(phone.locator(".callout-good")).to_contain_text("王秀英")
        assert SignUp.objects.filter(cancelled_at=None).count() == 12
        phone.get_by_role("button", name=in_chinese("Skip this one")).first.click()
        expect(phone.locator(".rota button")).to_have_count(11)
        assert SignUp.objects.filter(cancelled_at=None).count() == 11
        assert beside_screen(phone) == 0
        context.close()
