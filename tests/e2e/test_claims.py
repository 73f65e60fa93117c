"""A phone without a sign-in, the leader's phone, and a phone that two people share, in a real browser."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from academy.activities import services as activities
from academy.activities.models import Activity
from academy.checkin.models import Claim, Scan, Visit
from academy.checkin.services import codes
from academy.people.models import Volunteer
from academy.people.services import registration, slips
from tests.e2e.conftest import in_chinese
from tests.e2e.test_main_job import FRIDAY, SATURDAY, gate, people, poster_address, sign_in_with_slip

__all__ = ["gate", "people"]  # fixtures


@pytest.fixture
def volunteer(gate: dict[str, Any], people: dict[str, Any]) -> Volunteer:
    with time_machine.travel(FRIDAY):
        person = registration.register_volunteer(
            community=people["community"],
            name="孙桂芳",
            phone="13800131234",
            by=None,
            at=FRIDAY,
            evidence="签字的登记表",
        )
    assert isinstance(person, Volunteer)
    return person


@pytest.fixture
def leaders_phone(
    served: str, gate: dict[str, Any], people: dict[str, Any], new_phone: Callable[[], Page]
) -> Callable[[], Page]:
    """The leader's page on the leader's phone, opened at the test's time."""

    def make() -> Page:
        [(_slip, code)] = slips.print_slips(volunteers=[people["leader"]], by=None, at=FRIDAY)
        page = new_phone()
        sign_in_with_slip(page, f"{served}/s/", code)
        page.clock.install()
        page.goto(f"{served}/lead/{gate['activity'].pk}/")
        return page

    return make


def poll(page: Page) -> None:
    """Let the page ask the server for news, which it does every five seconds."""
    with page.expect_response("**/live/"):
        page.clock.run_for(5500)


def say(phone: Page, name: str, tail: str) -> None:
    if not phone.locator("#claim_name").is_visible():
        phone.locator("details.door summary").last.click()
    phone.locator("#claim_name").fill(name)
    phone.locator("#claim_phone_tail").fill(tail)
    phone.get_by_role("button", name=in_chinese("I am here", "button")).click()


def test_i_am_here_and_it_is_her(
    served: str,
    gate: dict[str, Any],
    volunteer: Volunteer,
    new_phone: Callable[[], Page],
    leaders_phone: Callable[[], Page],
) -> None:
    with time_machine.travel(SATURDAY) as clock:
        leader = leaders_phone()
        checkpoint = codes.checkpoint_for(gate["activity"], rotating=True)
        phone = new_phone()
        phone.goto(f"{served}/c/{checkpoint.key}/{codes.rotating_codes(checkpoint, at=SATURDAY)[0].code}/")
        say(phone, "孙桂芳", "123")
        expect(phone.locator(".invalid-feedback")).to_have_count(1)
        expect(phone.locator("#claim_name")).to_have_value("孙桂芳")
        say(phone, "孙桂芳", "1234")
        expect(phone.get_by_role("heading", level=1)).to_have_text(in_chinese("The leader is asked to check you in"))

        # The claim appears on the leader's page by itself.
        button = leader.locator(".claim-is")
        expect(button).to_contain_text(volunteer.number)
        clock.move_to(SATURDAY + dt.timedelta(minutes=4))
        button.click()
        expect(leader.locator(".claims")).to_have_count(0)
        expect(leader.locator("main")).to_contain_text("孙桂芳")

        # The answer appears on the phone.
        expect(phone.get_by_role("heading", level=1)).to_have_text(in_chinese("Checked in"))
        expect(phone.locator(".result-time")).to_have_text("8:50")
        visit, claim = Visit.objects.get(), Claim.objects.get()
        assert (visit.volunteer, visit.opened_at) == (volunteer, claim.asked_at)
        assert claim.asked_at < SATURDAY + dt.timedelta(minutes=1)
        assert claim.browser


def test_who_came_without_a_slip_leaves_in_one_tap(
    served: str,
    gate: dict[str, Any],
    volunteer: Volunteer,
    new_phone: Callable[[], Page],
    leaders_phone: Callable[[], Page],
) -> None:
    with time_machine.travel(SATURDAY) as clock:
        phone, leader = new_phone(), leaders_phone()
        phone.set_viewport_size({"width": 360, "height": 740})
        phone.goto(poster_address(served, gate))
        doors = phone.locator("details.door")
        expect(doors).to_have_count(2)
        expect(doors.nth(0)).to_be_in_viewport(ratio=1)
        expect(doors.nth(1)).to_be_in_viewport(ratio=1)
        say(phone, "孙桂芳", "1234")
        leader.locator(".claim-is").click()
        expect(phone.locator(".result-in .result-name")).to_have_text("孙桂芳")

        clock.move_to(SATURDAY + dt.timedelta(hours=2))
        phone.goto(poster_address(served, gate))
        expect(phone.locator("h2")).to_contain_text("孙桂芳")
        phone.get_by_role("button", name=in_chinese("I am leaving", "button")).click()
        expect(phone.get_by_role("heading", level=1)).to_have_text(in_chinese("The leader is asked to check you out"))
        leader.goto(f"{served}/lead/{gate['activity'].pk}/")
        leader.locator(".claim-is").click()
        expect(phone.locator(".result-out .result-name")).to_have_text("孙桂芳")
        assert Visit.objects.get().closed_at is not None


def test_who_is_not_known_is_written_down_or_sent_to_the_leader(
    served: str, gate: dict[str, Any], new_phone: Callable[[], Page], leaders_phone: Callable[[], Page]
) -> None:
    gate["activity"].shifts.update(walk_ins=True)
    with time_machine.travel(SATURDAY):
        first, second = new_phone(), new_phone()
        for phone, name in ((first, "周小红"), (second, "无名氏")):
            phone.goto(poster_address(served, gate))
            say(phone, name, "5678")
            expect(phone.locator("[data-claim]")).to_have_count(1)
        leader = leaders_phone()
        leader.get_by_role("link", name=in_chinese("Add a newcomer")).first.click()
        expect(leader.locator("[name=name]")).to_have_value("周小红")
        leader.locator("[name=phone]").fill("139 0000 5678")
        leader.get_by_role("button", name=in_chinese("Add and check in")).click()
        expect(first.get_by_role("heading", level=1)).to_have_text(in_chinese("Checked in"))
        assert Volunteer.objects.get(name="周小红").provisional

        leader.get_by_role("button", name=in_chinese("I do not know them")).click()
        expect(second.locator("[data-refusal=claim_declined]")).to_be_visible()
        assert Scan.objects.count() == 1


def test_without_scripts_the_phone_looks_again_by_itself(
    served: str, gate: dict[str, Any], browser: Any, volunteer: Volunteer
) -> None:
    with time_machine.travel(SATURDAY):
        context = browser.new_context(java_script_enabled=False, locale="zh-CN")
        phone = context.new_page()
        phone.goto(poster_address(served, gate))
        say(phone, "孙桂芳", "1234")
        expect(phone.locator("noscript meta[http-equiv=refresh], meta[http-equiv=refresh]")).to_have_count(1)
        context.close()


def test_two_people_on_one_phone_each_with_a_slip(
    served: str, gate: dict[str, Any], new_phone: Callable[[], Page]
) -> None:
    with time_machine.travel(SATURDAY):
        phone = new_phone()
        address = poster_address(served, gate)
        sign_in_with_slip(phone, address, gate["slips"][0])
        phone.get_by_role("link", name=in_chinese("Somebody else uses this phone too")).click()
        phone.locator("[name=code]").fill(gate["slips"][1])
        phone.locator("form:has([name=code]) button").click()
        phone.locator("button[value=share]").click()
        expect(phone.locator("legend").first).to_have_text(in_chinese("Who is here today?"))
        boxes = phone.get_by_role("checkbox")
        expect(boxes).to_have_count(2)
        for box in boxes.all():
            box.check()
        phone.get_by_role("button", name=in_chinese("Confirm", "button")).click()
        expect(phone.locator(".alert-success")).to_have_count(2)
        assert {visit.volunteer.name for visit in Visit.objects.all()} == {"王秀英", "李建国"}


def test_what_the_leader_has_open_learns_of_a_cancellation(
    gate: dict[str, Any], people: dict[str, Any], leaders_phone: Callable[[], Page]
) -> None:
    with time_machine.travel(SATURDAY):
        leader = leaders_phone()
        expect(leader.locator("[data-live-image]")).to_be_visible()
        activity = Activity.objects.get(pk=gate["activity"].pk)
        activities.cancel_activity(activity=activity, by=people["worker"], at=SATURDAY)
        poll(leader)
        expect(leader.locator("[data-live-cancelled]")).to_be_visible()
        expect(leader.locator("[data-live-image]")).to_be_hidden()
        expect(leader.locator("[data-live-text]")).to_be_hidden()
