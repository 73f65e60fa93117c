"""An activity in a real browser: planned, published, its poster; and held again."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from playwright.sync_api import Locator, Page, expect

from academy.activities.models import Activity
from academy.people.permissions import DutyRole
from tests.e2e.conftest import decode_codes, in_chinese
from tests.factories import IssuerFactory, UserFactory, VolunteerFactory

MONDAY = dt.datetime(2026, 11, 30, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PASSWORD = "a long enough password"


@pytest.fixture
def clicks() -> list[str]:
    return []


@pytest.fixture
def click(clicks: list[str]) -> Callable[[Locator], None]:
    def one(target: Locator) -> None:
        clicks.append(target.inner_text().strip())
        target.click()

    return one


@pytest.fixture
def at_the_list(served: str, transactional_db: None, desk: Page) -> Page:
    """A social worker signed in, at the list of activities."""
    leader = VolunteerFactory(name="陈志强")
    IssuerFactory(community=leader.community)
    UserFactory(
        username="worker", email="w@example.org", password=PASSWORD, duties=[(leader.community, DutyRole.SOCIAL_WORKER)]
    )
    desk.goto(f"{served}/admin/login/")
    desk.locator("[name=login]").fill("w@example.org")
    desk.locator("[name=password]").fill(PASSWORD)
    desk.locator("[name=password]").press("Enter")
    expect(desk.locator("#main")).to_be_visible()
    desk.goto(f"{served}/admin/activity/")
    return desk


def click_leader(desk: Page) -> None:
    desk.locator("#id_leader-chooser .unchosen [data-chooser-action-choose]").click()
    desk.locator("a[data-chooser-modal-choice]", has_text="陈志强").first.click()
    expect(desk.locator("#id_leader-chooser")).to_contain_text("陈志强")


def read_poster(desk: Page, served: str, link: Locator) -> list[str]:
    return decode_codes(desk.request.get(served + str(link.get_attribute("href"))).body())


def test_plan_publish_and_poster_take_five_clicks_and_the_same_again_two(
    served: str, at_the_list: Page, click: Any, clicks: list[str]
) -> None:
    desk = at_the_list
    with time_machine.travel(MONDAY):
        click(desk.locator("a[href$='/admin/activity/new/']").first)
        desk.locator("[name=title]").fill("冬季防火入户宣传")
        desk.locator("[name=place]").fill("松林社区 1–20 栋")
        desk.locator("[name=service_content]").fill("入户宣传冬季防火")
        desk.locator("[name='shifts-0-date']").fill("2026-12-05")
        desk.keyboard.press("Tab")
        desk.keyboard.type("900")
        desk.keyboard.press("Tab")
        desk.keyboard.type("1130")
        desk.keyboard.press("Tab")
        desk.keyboard.type("1000-1015")
        click(desk.locator("#id_leader-chooser .unchosen [data-chooser-action-choose]"))
        click(desk.locator("a[data-chooser-modal-choice]", has_text="陈志强").first)
        expect(desk.locator("#id_leader-chooser")).to_contain_text("陈志强")
        click(desk.get_by_role("button", name=in_chinese("Plan and publish")))
        poster = desk.locator("nav a.button:not(.button-secondary)", has_text=in_chinese("Print the poster"))
        expect(poster).to_be_visible()
        activity = Activity.objects.get()
        assert activity.published_at is not None
        assert [str(rest) for rest in activity.shifts.get().breaks.all()] == ["10:00–10:15"]
        assert len(read_poster(desk, served, poster)) == 1
        click(poster)
        assert len(clicks) == 5, clicks

        clicks.clear()
        desk.goto(f"{served}/admin/activity/")
        click(desk.locator("table a", has_text=in_chinese("Hold it again")).first)
        expect(desk.locator("[name='shifts-0-date']")).to_have_value("2026-12-12")
        expect(desk.locator("[name='shifts-0-starts']")).to_have_value("9:00")
        click(desk.get_by_role("button", name=in_chinese("Plan and publish")))
        expect(desk.locator(".messages")).to_contain_text(
            in_chinese("“%(object)s” is published.") % {"object": activity}
        )
        assert len(clicks) == 2
        new = Activity.objects.exclude(pk=activity.pk).get()
        assert new.published_at is not None
        assert new.shifts.get().starts_at == activity.shifts.get().starts_at + dt.timedelta(weeks=1)


def test_a_day_is_typed_in_short_and_its_words_stand_below_before_it_is_saved(served: str, at_the_list: Page) -> None:
    desk = at_the_list
    with time_machine.travel(MONDAY):
        desk.goto(f"{served}/admin/activity/new/")
        desk.locator("[name=title]").fill("冬季防火入户宣传")
        desk.locator("[name=place]").fill("松林社区")
        desk.locator("[name=service_content]").fill("入户宣传冬季防火")
        day, words = desk.locator("[name='shifts-0-date']"), desk.locator("#id_shifts-0-date-words")
        spoken = {"12-12": "2026年12月12日 周六", "1月5日": "2027年1月5日 周二", "下周二": "2026年12月8日 周二"}
        for typed, read in spoken.items():
            day.click()
            day.fill("")
            desk.keyboard.type(typed)
            expect(words).to_have_text(read)
            expect(day).to_have_value(typed)
        desk.keyboard.press("Tab")
        expect(day).to_have_value("2026-12-08")  # what was shown, even if the form stays open over night
        expect(words).to_have_text("2026年12月8日 周二")
        day.click()
        desk.locator(".xdsoft_datetimepicker:visible .xdsoft_date[data-date='11']").first.click()
        expect(words).to_have_text("2026年12月11日 周五")

        day.fill("12月12、13日")
        desk.keyboard.press("Tab")
        desk.keyboard.type("900")
        desk.locator("[name='shifts-0-ends']").fill("1130")
        expect(words).to_have_text(in_chinese("These are several days. Write one."))
        desk.get_by_role("button", name=in_chinese("Plan it"), exact=True).click()
        row = desk.locator(".w-field__wrapper:has([name='shifts-0-date'])").first
        expect(row.locator(".error-message")).to_contain_text(in_chinese("These are several days. Write one."))
        expect(day).to_have_value("12月12、13日")
        expect(desk.locator("[name='shifts-0-starts']")).to_have_value("900")
        day.fill("12.12")
        click_leader(desk)
        desk.get_by_role("button", name=in_chinese("Plan it"), exact=True).click()
        expect(desk.locator(".messages")).to_be_visible()
        assert Activity.objects.get().shifts.get().date == dt.date(2026, 12, 12)


def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(served: str, at_the_list: Page) -> None:
    desk = at_the_list
    with time_machine.travel(MONDAY):
        desk.goto(f"{served}/admin/activity/new/")
        desk.locator("[name=title]").fill("冬季防火入户宣传")
        desk.locator("[name='shifts-0-date']").fill("2026-12-05")
        desk.keyboard.press("Tab")
        desk.keyboard.type("900")
        desk.locator("[name='shifts-0-ends']").fill("2026-12-05 11:30")
        desk.get_by_role("button", name=in_chinese("Plan it"), exact=True).click()
        row = desk.locator("[data-contentpath='ends'], .w-field__wrapper:has([name='shifts-0-ends'])").first
        expect(row).to_contain_text(in_chinese("Write the time alone, as 900 or 9:00."))
        expect(desk.locator("[name='shifts-0-ends']")).to_have_value("2026-12-05 11:30")
        expect(desk.locator("[name='shifts-0-starts']")).to_have_value("900")
        expect(desk.locator("[name=title]")).to_have_value("冬季防火入户宣传")


def test_a_date_typed_in_chinese_stays_what_it_is(served: str, at_the_list: Page) -> None:
    """Wagtail's calendar made 2026-01-01 of it when the reader left the field."""
    desk = at_the_list
    desk.goto(f"{served}/admin/activity/new/")
    day = desk.locator("[name='shifts-0-date']")
    day.click()
    desk.keyboard.type("2026年12月5日")
    desk.keyboard.press("Tab")
    desk.locator("[name='shifts-0-starts']").click()
    expect(day).to_have_value("2026年12月5日")
