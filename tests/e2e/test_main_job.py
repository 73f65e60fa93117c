"""The main job, in a real browser: from an activity's poster to a certificate that verifies."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from playwright.sync_api import Page, expect

from academy.activities.models import Activity
from academy.checkin.models import Scan, Visit
from academy.checkin.services import codes
from academy.hours.models import RecordState, ServiceRecord
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import duties, logins, registration
from academy.people.services import slips as people_slips
from cms.founding import FoundingFacts, set_up_community
from tests.e2e.conftest import decode_codes, in_chinese

SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY = dt.datetime(2026, 12, 4, 15, 0, tzinfo=SHANGHAI)
SATURDAY = dt.datetime(2026, 12, 5, 8, 50, tzinfo=SHANGHAI)
PASSWORD = "a long enough password"


@pytest.fixture
def people(served: str, transactional_db: None) -> dict[str, Any]:
    """A community with a social worker, a leader and a volunteer."""
    with time_machine.travel(FRIDAY - dt.timedelta(days=30)):
        at = FRIDAY - dt.timedelta(days=30)
        community = set_up_community(
            facts=FoundingFacts(
                name="松林社区",
                slug="songlin",
                issuer="松林社区社会工作服务中心",
                person_responsible="赵敏",
                handler="孙丽",
                telephone="010-12345678",
                address="松林路1号",
            ),
            public_url=served,
            by=None,
            at=at,
        )
        everybody: dict[str, Any] = {"community": community}
        for key, name in (("leader", "陈志强"), ("volunteer", "王秀英"), ("other", "李建国")):
            person = registration.register_volunteer(
                community=community, name=name, by=None, at=at, evidence="签字的登记表"
            )
            assert isinstance(person, Volunteer)
            everybody[key] = person
        worker = User.objects.create_user(username="worker", email="worker@example.org", password=PASSWORD)
        duties.grant_duty(user=worker, community=community, role=DutyRole.SOCIAL_WORKER, by=None)
        everybody["worker"] = worker
    return everybody


def sign_in_with_slip(page: Page, url: str, code: str) -> None:
    page.goto(url)
    if (door := page.locator("details.door summary").first).count():
        door.click()
    page.get_by_role("textbox").first.fill(code)
    page.locator("form:has(input.code-field) button, form:has([name=code]) button").first.click()


def test_from_the_poster_to_a_certificate_that_verifies(
    served: str, people: dict[str, Any], desk: Page, new_phone: Callable[[], Page]
) -> None:
    with time_machine.travel(FRIDAY):
        # The social worker plans an activity, publishes it and prints its poster and two slips.
        desk.goto(f"{served}/admin/")
        desk.locator("[name=login]").fill("worker@example.org")
        desk.locator("[name=password]").fill(PASSWORD)
        desk.locator("[name=password]").press("Enter")
        expect(desk).to_have_url(re.compile("/admin/$"))
        desk.goto(f"{served}/admin/activity/new/")
        desk.locator("[name=title]").fill("冬季防火入户宣传")
        desk.locator("[name=place]").fill("松林社区 1–20 栋")
        desk.locator("[name=service_content]").fill("入户宣传冬季防火")
        desk.locator("[name='shifts-0-date']").fill("2026-12-05")
        desk.keyboard.press("Escape")
        desk.locator("[name='shifts-0-starts']").fill("900")
        desk.locator("[name='shifts-0-ends']").fill("1130")
        desk.locator("[name='roles-0-name']").fill("宣传志愿者")
        choose_leader(desk, people["leader"])
        desk.get_by_role("button", name=in_chinese("Plan and publish")).click()
        expect(desk).to_have_url(re.compile(r"/admin/activity/edit/\d+/$"))
        activity = Activity.objects.get()
        poster = desk.request.get(f"{served}/admin/activity/poster/{activity.pk}/")
        assert poster.headers["content-type"] == "application/pdf"
        (address,) = decode_codes(poster.body())
        slips = {}
        for key in ("leader", "volunteer"):
            desk.goto(f"{served}/admin/bulk/people/volunteer/print_slips/?id={people[key].pk}")
            with desk.expect_download() as download:
                desk.locator("main form button").first.click()
            (link,) = decode_codes(download.value.path().read_bytes())
            slips[key] = link.rstrip("/").rpartition("/")[2]

    with time_machine.travel(SATURDAY):
        # A phone scans the poster: signed out, it signs in with the slip and comes back to the same page.
        phone = new_phone()
        sign_in_with_slip(phone, address, slips["volunteer"])
        expect(phone.get_by_role("heading", level=1)).to_have_text("冬季防火入户宣传")
        assert not Scan.objects.exists()
        phone.get_by_role("button", name=in_chinese("Check in", "button")).click()
        expect(phone.get_by_role("heading", level=1)).to_have_text(in_chinese("Checked in"))
        expect(phone.locator(".result-time")).to_have_text("8:50")
        phone.reload()
        assert Visit.objects.count() == 1

    with time_machine.travel(SATURDAY + dt.timedelta(hours=2, minutes=45)):
        phone.goto(address)
        phone.get_by_role("button", name=in_chinese("Check out", "button")).click()
        expect(phone.get_by_role("heading", level=1)).to_have_text(in_chinese("Checked out"))
        phone.goto(f"{served}/my/")
        expect(phone.locator(".figure-value b")).to_have_text("2.5")
        phone.locator("a.row-title", has_text="冬季防火入户宣传").first.click()
        expect(phone.locator(".steps li")).to_have_count(2)

        # The leader counts heads and confirms, on a phone of his own.
        leader = new_phone()
        sign_in_with_slip(leader, f"{served}/lead/{activity.pk}/", slips["leader"])
        leader.goto(f"{served}/lead/{activity.pk}/")
        leader.locator("[name=heads]").fill("1")
        leader.get_by_role("button", name=in_chinese("Confirm all", "hours")).click()
        expect(leader.get_by_text(in_chinese("Nothing waits for you."))).to_be_visible()
        assert ServiceRecord.objects.get().state == RecordState.ON_NOTICE

    with time_machine.travel(SATURDAY + dt.timedelta(days=10)):
        call_command("tick")
        assert ServiceRecord.objects.get().state == RecordState.EFFECTIVE
        phone.goto(f"{served}/my/certificates/")
        phone.locator("main form button").first.click()
        link = phone.locator("a[href$='/pdf/']").first.get_attribute("href")
        certificate = phone.request.get(f"{served}{link}")
        (verify,) = decode_codes(certificate.body())

        # A reader of the paper sees the same hours, and no full name.
        stranger = new_phone()
        stranger.goto(verify)
        expect(stranger.locator("main")).to_contain_text("2.5")
        expect(stranger.locator("main")).to_contain_text("松林社区社会工作服务中心")
        expect(stranger.locator("main")).not_to_contain_text("王秀英")


def choose_leader(desk: Page, leader: Volunteer) -> None:
    field = desk.locator("[name=leader]")
    if field.evaluate("node => node.tagName") == "SELECT":
        field.select_option(str(leader.pk))
        return
    desk.locator("#id_leader-chooser .unchosen [data-chooser-action-choose]").click()
    desk.locator("a[data-chooser-modal-choice]", has_text=leader.name).first.click()
    expect(desk.locator("#id_leader-chooser")).to_contain_text(leader.name)


# Refusals


@pytest.fixture
def gate(people: dict[str, Any]) -> dict[str, Any]:
    """An activity of this morning, both kinds of code, and slips for two volunteers."""
    from academy.activities import services as activities

    with time_machine.travel(FRIDAY):
        activity = activities.plan_activity(
            community=people["community"],
            title="冬季防火入户宣传",
            kind="service",
            place="松林社区",
            service_content="入户宣传冬季防火",
            leader=people["leader"],
            organiser="松林社区",
            issuer=people["community"].issuers.get(),
            shifts=[{"starts_at": SATURDAY, "ends_at": SATURDAY + dt.timedelta(hours=3)}],
            roles=[{"name": "宣传志愿者"}],
            by=people["worker"],
        )
        activities.publish_activity(activity=activity, by=people["worker"], at=FRIDAY)
        slips = people_slips.print_slips(volunteers=[people["volunteer"], people["other"]], by=None, at=FRIDAY)
        for person in (people["volunteer"], people["other"]):
            logins.login_for(volunteer=person)
    return {"activity": activity, "slips": [code for _slip, code in slips]}


def poster_address(served: str, gate: dict[str, Any]) -> str:
    return f"{served}/c/{codes.checkpoint_for(gate['activity'], rotating=False).key}/"


def test_opening_or_prefetching_a_code_checks_nobody_in(
    served: str, gate: dict[str, Any], new_phone: Callable[[], Page]
) -> None:
    with time_machine.travel(SATURDAY):
        phone = new_phone()
        address = poster_address(served, gate)
        sign_in_with_slip(phone, address, gate["slips"][0])
        phone.goto(address)
        phone.reload()
        phone.request.head(address)
        phone.request.get(address, headers={"Sec-Purpose": "prefetch"})
        phone.evaluate("url => fetch(url)", address)
        assert not Scan.objects.exists()


def test_a_second_tap_makes_no_second_visit(served: str, gate: dict[str, Any], new_phone: Callable[[], Page]) -> None:
    with time_machine.travel(SATURDAY):
        phone = new_phone()
        sign_in_with_slip(phone, poster_address(served, gate), gate["slips"][0])
        phone.locator("form.act").evaluate(
            """async form => {
                const body = new URLSearchParams(new FormData(form));
                await Promise.all([1, 2, 3].map(() => fetch(location.href, {method: "POST", body})));
            }"""
        )
        phone.get_by_role("button", name=in_chinese("Check in", "button")).click()
        expect(phone.get_by_role("heading", level=1)).to_have_text(in_chinese("Checked in"))
        assert Visit.objects.count() == 1
        assert Scan.objects.count() == 1


def test_signing_in_for_the_first_time_does_not_cost_the_scan(
    served: str, gate: dict[str, Any], new_phone: Callable[[], Page]
) -> None:
    checkpoint = codes.checkpoint_for(gate["activity"], rotating=True)
    with time_machine.travel(SATURDAY):
        live = codes.rotating_codes(checkpoint, at=SATURDAY, minutes=0)[0]
        phone = new_phone()
        phone.goto(f"{served}/c/{checkpoint.key}/{live.code}/")
    with time_machine.travel(SATURDAY + dt.timedelta(minutes=4)):
        # Looking for the slip took four minutes; the code on the screen has changed since.
        phone.locator("details.door summary").first.click()
        phone.locator("input.code-field").first.fill(gate["slips"][0])
        phone.locator("form:has(input.code-field) button").first.click()
        phone.get_by_role("button", name=in_chinese("Check in", "button")).click()
        expect(phone.get_by_role("heading", level=1)).to_have_text(in_chinese("Checked in"))
        assert Scan.objects.get().flags == ["grace"]


def test_the_form_of_one_person_answers_nobody_else(
    served: str, gate: dict[str, Any], new_phone: Callable[[], Page]
) -> None:
    with time_machine.travel(SATURDAY):
        first, second = new_phone(), new_phone()
        address = poster_address(served, gate)
        sign_in_with_slip(first, address, gate["slips"][0])
        stolen = first.locator("[name=who]").get_attribute("value") or ""
        first.get_by_role("button", name=in_chinese("Check in", "button")).click()
        expect(first.get_by_role("heading", level=1)).to_have_text(in_chinese("Checked in"))
        sign_in_with_slip(second, address, gate["slips"][1])
        mine = (second.locator("[name=who]").get_attribute("value") or "").split(":")
        forged = ":".join([*mine[:2], stolen.rpartition(":")[2]])
        second.locator("[name=who]").evaluate("(node, value) => { node.value = value }", forged)
        second.get_by_role("button", name=in_chinese("Check in", "button")).click()
        expect(second.locator("[data-refusal]")).to_have_attribute("data-refusal", "id_reused")
        assert Scan.objects.count() == 1
        second.goto(first.url)
        expect(second.locator("main")).not_to_contain_text("王秀英")


def test_a_bare_rotating_address_shows_no_button(
    served: str, gate: dict[str, Any], new_phone: Callable[[], Page]
) -> None:
    with time_machine.travel(SATURDAY):
        phone = new_phone()
        sign_in_with_slip(phone, f"{served}/s/", gate["slips"][0])
        phone.goto(f"{served}/c/{codes.checkpoint_for(gate['activity'], rotating=True).key}/")
        expect(phone.get_by_role("button", name=in_chinese("Check in", "button"))).to_have_count(0)
