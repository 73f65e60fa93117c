"""The leader's page lives: people appear by themselves, ticks stay, and nothing moves under a finger."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import time_machine
from playwright.sync_api import Page, expect

from academy.activities.models import Activity
from academy.checkin.models import Claim, Method, Visit
from academy.checkin.services import claims, codes, scanning
from academy.core.keys import random_key
from academy.people.models import User, Volunteer
from tests.e2e.conftest import in_chinese
from tests.e2e.test_claims import leaders_phone, poll
from tests.e2e.test_main_job import SATURDAY, gate, people

__all__ = ["gate", "leaders_phone", "people"]  # fixtures

NEAR_END = SATURDAY + dt.timedelta(hours=2, minutes=50)


def come(activity: Activity, volunteer: Volunteer, by: User, at: dt.datetime) -> None:
    answer = scanning.record_for(
        scan_id=uuid4(),
        activity=activity,
        volunteer=volunteer,
        method=Method.TICK,
        by=by,
        direction="in",
        at=at,
    )
    assert answer.accepted, answer.refusal


def ask(activity: Activity, name: str, at: dt.datetime) -> None:
    poster = codes.checkpoint_for(activity, rotating=False)
    claim = claims.ask(key=random_key(80), checkpoint=poster.key, code=None, name=name, phone_tail="1234", at=at)
    assert isinstance(claim, Claim), claim


def test_people_appear_by_themselves_and_ticks_stay(
    gate: dict[str, Any], people: dict[str, Any], leaders_phone: Callable[[], Page]
) -> None:
    activity = gate["activity"]
    activity.shifts.update(walk_ins=True)
    with time_machine.travel(NEAR_END):
        come(activity, people["volunteer"], people["worker"], NEAR_END - dt.timedelta(hours=1))
        leader = leaders_phone()
        expect(leader.locator(".next-act")).to_contain_text("1")
        leader.locator("[name=staying]").check()

        come(activity, people["other"], people["worker"], NEAR_END - dt.timedelta(minutes=1))

        poll(leader)
        expect(leader.locator("[data-live-people]")).to_contain_text("李建国")
        expect(leader.locator("[data-live-count=inside]")).to_have_text("2")
        expect(leader.locator("[name=staying]:checked")).to_have_value(str(people["volunteer"].pk))

        # The bar checks out the people shown; the one with a tick stays. Then the act is taken back.
        leader.locator(".next-act button").click()
        expect(leader.locator(".back-line")).to_contain_text("李建国")
        assert [visit.volunteer for visit in Visit.objects.open()] == [people["volunteer"]]
        leader.locator(".back-line").get_by_role("button", name=in_chinese("Take back", "scan")).click()
        expect(leader.locator(".back-line")).to_have_count(0)
        expect(leader.locator("[data-live-count=inside]")).to_have_text("2")


def test_the_list_waits_while_a_finger_is_on_it(
    gate: dict[str, Any], people: dict[str, Any], leaders_phone: Callable[[], Page]
) -> None:
    activity = gate["activity"]
    activity.shifts.update(walk_ins=True)
    with time_machine.travel(NEAR_END):
        come(activity, people["volunteer"], people["worker"], NEAR_END - dt.timedelta(hours=1))
        leader = leaders_phone()
        part = leader.locator("[data-live-people]")
        part.dispatch_event("touchstart")
        come(activity, people["other"], people["worker"], NEAR_END)
        poll(leader)
        expect(leader.locator("[data-live-count=inside]")).to_have_text("2")
        leader.wait_for_load_state("networkidle")
        expect(part).not_to_contain_text("李建国")

        part.dispatch_event("touchend")
        poll(leader)
        expect(part).to_contain_text("李建国")


def test_the_claims_wait_while_a_finger_is_on_them(gate: dict[str, Any], leaders_phone: Callable[[], Page]) -> None:
    with time_machine.travel(NEAR_END):
        ask(gate["activity"], "孙桂芳", NEAR_END)
        leader = leaders_phone()
        part = leader.locator("[data-live-claims]")
        expect(part).to_contain_text("孙桂芳")
        part.dispatch_event("touchstart")
        ask(gate["activity"], "周建军", NEAR_END)
        poll(leader)
        leader.wait_for_load_state("networkidle")
        expect(part).not_to_contain_text("周建军")

        part.dispatch_event("touchend")
        poll(leader)
        expect(part).to_contain_text("周建军")


def test_the_code_goes_when_the_gate_closes(gate: dict[str, Any], leaders_phone: Callable[[], Page]) -> None:
    closes = SATURDAY + dt.timedelta(hours=6)
    with time_machine.travel(closes - dt.timedelta(seconds=20)) as clock:
        leader = leaders_phone()
        expect(leader.locator("[data-live-image]")).to_be_visible()
        clock.shift(60)
        poll(leader)
        expect(leader.locator("[data-live-image]")).to_have_count(0)
        expect(leader.locator("#confirm")).to_be_visible()
