"""Acts of a volunteer and of a leader on phones whose browser runs no scripts."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, BrowserContext, Page, expect

from academy.activities.models import SignUp
from academy.checkin.models import Visit
from academy.checkin.services import codes
from academy.hours.models import Evaluation, Objection, RecordState, ServiceRecord
from academy.people.services import slips
from tests.e2e.conftest import PATIENCE, in_chinese
from tests.e2e.test_main_job import FRIDAY, SATURDAY, gate, people, sign_in_with_slip

__all__ = ["gate", "people"]  # fixtures

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def plain_phone(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Return a function that opens a phone whose browser runs no scripts."""
    contexts: list[BrowserContext] = []

    def make() -> Page:
        size = {"width": 360, "height": 780}
        contexts.append(browser.new_context(java_script_enabled=False, locale="zh-CN", viewport=size))
        contexts[-1].set_default_timeout(PATIENCE)
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()


def press(phone: Page, english: str, context: str = "") -> None:
    phone.get_by_role("button", name=in_chinese(english, context)).first.click()


def follow(phone: Page, english: str, context: str = "") -> None:
    phone.get_by_role("link", name=in_chinese(english, context)).first.click()


def type_live_code(phone: Page, served: str, gate: dict[str, Any], at: dt.datetime) -> None:
    """Type the code that the leader's screen shows, as somebody without a camera does."""
    checkpoint = codes.checkpoint_for(gate["activity"], rotating=True)
    phone.goto(f"{served}/")
    follow(phone, "Type a code", "check-in")
    phone.locator("[name=code]").fill(codes.rotating_codes(checkpoint, at=at, minutes=0)[0].code.lower())
    press(phone, "Next", "button")


def sign_up_and_withdraw(phone: Page, served: str) -> None:
    phone.goto(f"{served}/activities/")
    phone.get_by_role("link", name="冬季防火入户宣传").first.click()
    press(phone, "Sign up", "activity")
    press(phone, "I cannot come")
    expect(phone.get_by_role("button", name=in_chinese("Sign up", "activity")).first).to_be_visible()
    assert not SignUp.objects.filter(cancelled_at=None).exists()
    press(phone, "Sign up", "activity")
    expect(phone.get_by_role("button", name=in_chinese("I cannot come"))).to_be_visible()


def change_the_display(phone: Page, served: str) -> None:
    phone.goto(f"{served}/activities/")
    follow(phone, "Elder mode")
    expect(phone.locator("html")).to_have_attribute("data-elder", "1")
    follow(phone, "Larger", "text")
    expect(phone.locator("html")).to_have_attribute("data-elder", "2")
    follow(phone, "Standard", "display")
    phone.get_by_role("link", name="English").click()
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    phone.get_by_role("link", name="中文").click()
    expect(phone.locator("html")).to_have_attribute("lang", "zh-hans")
    assert phone.url == f"{served}/activities/"


def confirm_and_evaluate(leader: Page, served: str, gate: dict[str, Any]) -> None:
    leader.goto(f"{served}/lead/")
    leader.get_by_role("link", name="冬季防火入户宣传").first.click()
    leader.locator("[name=heads]").fill("2")
    press(leader, "Confirm all", "hours")
    expect(leader.locator(".heads-asked")).to_be_visible()
    leader.locator("[name=heads]").fill("1")
    press(leader, "Correct the number")
    expect(leader.get_by_text(in_chinese("Nothing waits for you."))).to_be_visible()
    assert ServiceRecord.objects.get().state == RecordState.ON_NOTICE
    follow(leader, "Evaluate")
    leader.locator(".rating-star").nth(3).click()
    leader.locator("[name^='word-']").fill("来得很早")
    press(leader, "Send only the stars chosen above")
    expect(leader).to_have_url(f"{served}/lead/{gate['activity'].pk}/")
    assert Evaluation.objects.get().score == 4


def ask_and_take_back(phone: Page, served: str) -> None:
    phone.goto(f"{served}/my/")
    phone.locator("a.row-title", has_text="冬季防火入户宣传").first.click()
    follow(phone, "Wrong times? Ask for a correction")
    phone.locator("[name=came]").fill("850")
    phone.locator("[name=left]").fill("1150")
    phone.locator("[name=reason]").fill("走的时候忘了扫")
    press(phone, "Ask for it")
    expect(phone.locator("article.request").first).to_contain_text("走的时候忘了扫")
    phone.locator("article.request summary").first.click()
    press(phone, "Yes, take it back")
    expect(phone.locator("article.request").first).to_contain_text(in_chinese("taken back", "a request"))


def object_to_the_hours(phone: Page, served: str) -> None:
    phone.goto(f"{served}/my/records/{ServiceRecord.objects.get().pk}/")
    follow(phone, "Something else is wrong? Object")
    phone.locator("[name=reason]").fill("这天我还搬了桌椅")
    press(phone, "Object", "to hours on notice")
    expect(phone).to_have_url(f"{served}/my/")
    assert Objection.objects.get().reason == "这天我还搬了桌椅"
    assert ServiceRecord.objects.get().state == RecordState.CONTESTED


@pytest.mark.soak
def test_every_act_of_a_volunteer_and_a_leader(
    served: str, gate: dict[str, Any], people: dict[str, Any], plain_phone: Callable[[], Page]
) -> None:
    phone, leader = plain_phone(), plain_phone()
    with time_machine.travel(FRIDAY):
        sign_in_with_slip(phone, f"{served}/s/", gate["slips"][0])
        [(_slip, slip)] = slips.print_slips(volunteers=[people["leader"]], by=None, at=FRIDAY)
        sign_in_with_slip(leader, f"{served}/s/", slip)
        change_the_display(phone, served)
        sign_up_and_withdraw(phone, served)

    with time_machine.travel(SATURDAY):
        type_live_code(phone, served, gate, SATURDAY)
        press(phone, "Check in", "button")
        expect(phone.get_by_role("heading", level=1)).to_have_text(in_chinese("Checked in"))
        leader.goto(f"{served}/lead/{gate['activity'].pk}/")
        expect(leader.locator("[data-live-count=inside]")).to_have_text("1")

    with time_machine.travel(SATURDAY + 2 * HOUR):
        type_live_code(phone, served, gate, SATURDAY + 2 * HOUR)
        press(phone, "Check out", "button")
        expect(phone.get_by_role("heading", level=1)).to_have_text(in_chinese("Checked out"))
        assert Visit.objects.get().closed_at is not None

    with time_machine.travel(SATURDAY + 4 * HOUR):
        confirm_and_evaluate(leader, served, gate)
        ask_and_take_back(phone, served)
        object_to_the_hours(phone, served)
