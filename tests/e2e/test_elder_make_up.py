"""The hours of an elder without a phone, asked for at the desk: five clicks from the list of people."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from academy.hours.models import MakeUp
from academy.people.permissions import DutyRole
from tests.e2e.conftest import in_chinese
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory, found

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_social_worker_asks_for_an_elders_hours(served: str, desk: Page) -> None:
    home = found()
    ended = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) - dt.timedelta(days=1)
    elder = VolunteerFactory(community=home, name="张桂兰")
    witness = VolunteerFactory(community=home, name="李建国", phone="13800001234")
    activity = ActivityFactory(
        community=home,
        issuer=home.issuers.get(),
        leader=witness,
        title="社区食堂帮厨",
        starts_at=ended - dt.timedelta(hours=2),
        ends_at=ended,
        published=ended - dt.timedelta(days=3),
    )
    social_worker = UserFactory(first_name="孙丽", duties=[(home, DutyRole.SOCIAL_WORKER)])
    client = Client()
    client.force_login(social_worker)
    desk.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served}])

    desk.goto(f"{served}/admin/volunteer/")
    desk.get_by_role("link", name="张桂兰", exact=True).click()  # 1
    expect(desk.locator("#header-title")).to_contain_text(elder.number)
    desk.get_by_role("link", name=in_chinese("Ask for missing hours")).click()  # 2
    desk.get_by_role("link", name="社区食堂帮厨").click()  # 3
    shift = activity.shifts.get()
    local = timezone.localtime(shift.starts_at)
    desk.fill("input[name=came]", f"{local:%H:%M}")
    desk.fill("input[name=left]", f"{local + dt.timedelta(hours=1):%H:%M}")
    desk.fill("textarea[name=reason]", "没有手机")
    desk.fill("input[name=witness]", "李建国")
    desk.fill("input[name=witness_tail]", "1234")
    picture = {"name": "签到表.jpg", "mimeType": "image/jpeg", "buffer": b"photo"}
    desk.set_input_files("input[name=evidence]", [picture])  # 4
    desk.get_by_role("button", name=in_chinese("Ask for it")).click()  # 5

    # Back on her page: the request waits for another person.
    expect(desk.locator(".messages .success")).to_contain_text("张桂兰")
    expect(desk.locator("#requests")).to_contain_text("没有手机")
    expect(desk.locator("#requests")).to_contain_text("孙丽")
    make_up = MakeUp.objects.get()
    assert (make_up.volunteer, make_up.shift, make_up.witness) == (elder, shift, witness)
    assert make_up.asked_by == social_worker and make_up.evidence.get().name == "签到表.jpg"
