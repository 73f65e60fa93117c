"""From an empty installation to the first confirmed hour; the clicks and fields are counted."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from playwright.sync_api import Locator, Page, expect

from academy.hours.models import RecordState, ServiceRecord
from academy.people.models import Card, Slip, Volunteer
from cms import set_up_key
from tests.e2e.conftest import decode_codes, in_chinese
from tests.e2e.set_up import PASSWORD, STEPS
from tests.roll.dirty import dirty_roll

SATURDAY = dt.datetime(2026, 12, 5, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LINES = 30
CLICKS, FIELDS = 23, 20  # docs/clicks.md
SAVE = "footer button[type=submit], form button.action-save"


class Hands:
    """The hands of one person: each click and each typed field is counted."""

    def __init__(self) -> None:
        self.clicks: list[str] = []
        self.fields: list[str] = []

    def click(self, target: Locator) -> None:
        self.clicks.append(target.inner_text().strip()[:30])
        target.click()

    def type(self, target: Locator, text: str) -> None:
        self.fields.append(text)
        target.fill(text)


@pytest.fixture
def empty(served: str, settings: Any) -> str:
    settings.DEMO = False
    return served


def found_community(desk: Page, hands: Hands) -> str:
    """Walk the first set-up; return the social worker's link."""
    row = set_up_key.current()
    assert row is not None
    desk.goto(set_up_key.address_of(row))
    hands.click(desk.get_by_role("button", name=in_chinese("Begin", "button")))
    for texts in STEPS:
        for name, text in texts.items():
            hands.type(desk.locator(f"[name={name}]"), text)
        hands.click(desk.get_by_role("button", name=in_chinese("Next", "button")))
    hands.click(desk.get_by_role("button", name=in_chinese("Found the community")))
    return desk.locator(".set-up-link code").nth(1).inner_text()


def sign_in_first(desk: Page, served: str, link: str, hands: Hands) -> None:
    desk.goto(link)
    hands.type(desk.locator("[name=password1]"), PASSWORD)
    hands.type(desk.locator("[name=password2]"), PASSWORD)
    hands.click(desk.locator("main form button"))
    desk.goto(f"{served}/admin/")
    hands.type(desk.locator("[name=login]"), "13900000002")
    hands.type(desk.locator("[name=password]"), PASSWORD)
    hands.click(desk.locator("main details form button"))


def bring_in_the_roll(desk: Page, path: Path, hands: Hands) -> bytes:
    """Import the list; return the slips and cards of everybody."""
    hands.click(desk.locator("main a[href='/admin/roll_file/new/']").first)
    hands.clicks.append(path.name)
    desk.locator("input[type=file]").set_input_files(path)
    hands.click(desk.locator(SAVE).first)
    hands.type(desk.locator("[name=evidence]"), "2026年签字的登记表")
    hands.click(desk.locator(SAVE).first)
    expect(desk.get_by_text("李梅、王芳")).to_be_visible()
    hands.click(desk.locator("button[name=good]"))
    hands.click(desk.locator("a[href*='/roll_file/print/']").first)
    hands.click(desk.locator("main form button.button").first)
    with desk.expect_download() as sent:
        hands.click(desk.locator("form[action$='/file/'] button"))
    return Path(sent.value.path()).read_bytes()


def plan_the_first_activity(desk: Page, served: str, hands: Hands) -> str:
    """Plan, publish and print the poster; return the address in its code."""
    desk.goto(f"{served}/admin/")
    hands.click(desk.locator("main a[href='/admin/activity/new/']").first)
    hands.type(desk.locator("[name=title]"), "冬季防火入户宣传")
    hands.type(desk.locator("[name=place]"), "松林社区 1–20 栋")
    hands.type(desk.locator("[name=service_content]"), "入户宣传冬季防火")
    for name, text in (("date", "2026-12-05"), ("starts", "900"), ("ends", "1100")):
        hands.type(desk.locator(f"[name='shifts-0-{name}']"), text)
        desk.keyboard.press("Escape" if name == "date" else "Tab")
    hands.click(desk.locator("#id_leader-chooser .unchosen [data-chooser-action-choose]"))
    hands.click(desk.locator("a[data-chooser-modal-choice]").first)  # one of the roll
    hands.click(desk.get_by_role("button", name=in_chinese("Plan and publish")))
    poster = desk.locator("nav a.button", has_text=in_chinese("Print the poster"))
    expect(poster).to_be_visible()
    paper = desk.request.get(served + str(poster.get_attribute("href"))).body()
    hands.click(poster)
    return decode_codes(paper)[0]


def serve(phone: Page, poster: str, slip: str, hands: Hands) -> None:
    """Sign in with the slip at the gate, check in, and check out two hours later."""
    phone.goto(slip)
    hands.click(phone.locator("main form button").first)
    phone.goto(poster)
    hands.click(phone.get_by_role("button", name=in_chinese("Check in", "button")))
    expect(phone.get_by_role("heading", level=1)).to_have_text(in_chinese("Checked in"))
    with time_machine.travel(SATURDAY + dt.timedelta(hours=3)):
        phone.goto(poster)
        hands.click(phone.get_by_role("button", name=in_chinese("Check out", "button")))
        expect(phone.get_by_role("heading", level=1)).to_have_text(in_chinese("Checked out"))


def confirm(desk: Page, served: str, hands: Hands) -> None:
    desk.goto(f"{served}/admin/")
    hands.click(desk.locator(".desk-line a[href='/admin/confirm/']").first)
    hands.type(desk.locator("[name^='heads-']").first, "1")
    hands.click(desk.get_by_role("button", name=in_chinese("Confirm the ticked activities")))
    expect(desk.locator(".messages .success")).to_have_count(1)


@pytest.mark.soak
def test_from_the_printed_key_to_the_first_confirmed_hour(
    empty: str, desk: Page, new_phone: Callable[[], Page], tmp_path: Path
) -> None:
    path, at_the_desk, at_the_door, at_the_gate = tmp_path / "花名册.xlsx", Hands(), Hands(), Hands()
    path.write_bytes(dirty_roll(LINES))
    with time_machine.travel(SATURDAY):
        sign_in_first(desk, empty, found_community(desk, at_the_desk), at_the_door)
        codes = decode_codes(bring_in_the_roll(desk, path, at_the_desk))
        people = Volunteer.objects.present().count()
        assert len(set(codes)) == Slip.objects.count() + Card.objects.count() == 2 * people
        poster = plan_the_first_activity(desk, empty, at_the_desk)
        slip = next(code for code in codes if "/s/" in code.lower())
    with time_machine.travel(SATURDAY + dt.timedelta(minutes=50)):
        serve(new_phone(), poster, slip, at_the_gate)
    with time_machine.travel(SATURDAY + dt.timedelta(hours=4)):
        confirm(desk, empty, at_the_desk)

    (record,) = ServiceRecord.objects.all()
    assert (record.state, record.minutes) == (RecordState.ON_NOTICE, 120)
    counted = [(len(hands.clicks), len(hands.fields)) for hands in (at_the_desk, at_the_door, at_the_gate)]
    assert counted == [(CLICKS, FIELDS), (2, 4), (3, 0)], counted
    assert len(set(at_the_desk.fields)) == FIELDS, "nothing is typed twice"
