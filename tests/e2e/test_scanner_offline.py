"""The staff scanner without a network."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from playwright.sync_api import Playwright, expect

from academy.activities.models import Activity
from academy.checkin.models import Annulment, Scan, Visit
from academy.people.models import Volunteer
from academy.people.services import logins
from tests.e2e.scanners import (
    START,
    Phones,
    card_of,
    later,
    part,
    scanner,
    type_in,
    unsent,
    with_roster,
)
from tests.e2e.test_offline import CONTROLLED
from tests.factories import ActivityFactory, RuleSetFactory, VolunteerFactory, sign_up


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The server's clock; `later` moves the browser's with it."""
    with time_machine.travel(START) as traveller:
        yield traveller


@pytest.fixture
def activity(clock: time_machine.Traveller, served: str, transactional_db: None) -> Activity:
    made = ActivityFactory(starts_at=START, ends_at=START + dt.timedelta(hours=3), leader__name="陈志强")
    RuleSetFactory(community=made.community)
    logins.login_for(volunteer=made.leader)
    made.leader.refresh_from_db()
    return made


@pytest.fixture
def volunteer(activity: Activity) -> Volunteer:
    person = VolunteerFactory(community=activity.community, name="王秀英", login=True)
    sign_up(person, activity.shifts.get())
    return person


@pytest.fixture
def other(activity: Activity) -> Volunteer:
    return VolunteerFactory(community=activity.community, name="李建国")


@pytest.fixture
def phones(playwright: Playwright, served: str, tmp_path: Path) -> Iterator[Phones]:
    """Fail the test on any error, warning or violation of the content security policy on a page."""
    phones = Phones(playwright, served, tmp_path)
    yield phones
    for context in phones.open:
        context.close()
    assert phones.faults == []


# Without a network


def test_scans_without_a_network_outlive_the_browser_and_arrive_once(
    served: str,
    phones: Phones,
    activity: Activity,
    volunteer: Volunteer,
    other: Volunteer,
    clock: time_machine.Traveller,
) -> None:
    keys = [card_of(volunteer), card_of(other)]
    context = phones.start(user=activity.leader.user)
    page = with_roster(scanner(context, served, activity))
    expect(page.locator("html[data-kept]")).to_be_attached()
    context.set_offline(True)
    for key in keys:
        type_in(page, key)
        expect(part(page, "verdict")).to_have_attribute("data-kind", "yes")
    unsent(page, 2)
    expect(part(page, "network")).to_have_attribute("data-network", "off")
    assert not Scan.objects.exists()
    phones.close(context)

    # Switched on an hour later, without a network: the page opens, keeps its queue, and scans.
    clock.shift(dt.timedelta(hours=1))
    context = phones.start(offline=True)
    page = scanner(context, served, activity)
    unsent(page, 2)
    type_in(page, keys[0])
    expect(part(page, "what")).to_have_text("Checked out 10:00")
    unsent(page, 3)
    assert not Scan.objects.exists()

    later(page, clock, minutes=30)
    context.set_offline(False)
    unsent(page, 0)
    scans = Scan.objects.order_by("place")
    assert [(scan.place, scan.volunteer, scan.direction) for scan in scans] == [
        (1, volunteer, "in"),
        (2, other, "in"),
        (3, volunteer, "out"),
    ]
    assert all("offline" in scan.flags for scan in scans)
    visit = Visit.objects.get(volunteer=volunteer)
    assert visit.duration.total_seconds() == pytest.approx(3600, abs=60)


def test_an_answer_lost_on_the_way_makes_no_second_scan(
    served: str, phones: Phones, activity: Activity, volunteer: Volunteer, other: Volunteer
) -> None:
    context = phones.start(user=activity.leader.user)
    page = with_roster(scanner(context, served, activity))

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    context.route("**/checkin/sync/", lose, times=1)
    type_in(page, card_of(volunteer, revoked=True))
    expect(part(page, "network")).to_have_attribute("data-network", "off")
    unsent(page, 1)
    assert Scan.objects.count() == 1
    part(page, "send").click()
    unsent(page, 0)
    expect(part(page, "refused").locator("[data-state=refused]")).to_have_count(1)
    assert Scan.objects.count() == 1


def test_a_network_that_comes_back_without_a_word_is_found_again(
    served: str, phones: Phones, activity: Activity, clock: time_machine.Traveller
) -> None:
    context = phones.start(user=activity.leader.user)
    page = with_roster(scanner(context, served, activity))
    context.route("**/scan/*/roster/", lambda route: route.abort())
    part(page, "reload").click()
    expect(part(page, "network")).to_have_attribute("data-network", "off")
    context.unroute("**/scan/*/roster/")
    later(page, clock, seconds=20)
    expect(part(page, "network")).to_have_attribute("data-network", "on")


@pytest.mark.parametrize("status", [302, 400, 401, 403, 500])
def test_nothing_but_its_own_result_takes_a_scan_out_of_the_queue(
    served: str, phones: Phones, activity: Activity, volunteer: Volunteer, status: int
) -> None:
    context = phones.start(user=activity.leader.user)
    page = with_roster(scanner(context, served, activity))
    answers = []

    def refuse(route: Any) -> None:
        answers.append(status)
        route.fulfill(status=status, headers={"Location": "/accounts/login/"}, body="{}")

    context.route("**/checkin/sync/", refuse)
    type_in(page, "王秀英")
    expect(part(page, "notice")).to_have_attribute("data-notice", re.compile("device|server"))
    assert answers
    unsent(page, 1)
    page.reload()
    unsent(page, 1)
    context.unroute("**/checkin/sync/")
    part(page, "send").dispatch_event("click")  # it may be sending by itself, the button gone
    unsent(page, 0)
    assert Scan.objects.get().volunteer == volunteer
    phones.faults[:] = [fault for fault in phones.faults if "the server responded with a status of" not in fault]


def test_a_scan_that_the_server_does_not_take_from_this_phone_stays_for_the_file(
    served: str, phones: Phones, activity: Activity, volunteer: Volunteer
) -> None:
    context = phones.start(user=activity.leader.user)
    page = with_roster(scanner(context, served, activity))

    def refuse(route: Any) -> None:
        sent = route.request.post_data_json["scans"]
        refused = {"outcome": "refused", "code": "device_refused", "flags": [], "visit": None}
        route.fulfill(json={"results": [{"id": scan["id"], **refused} for scan in sent]})

    context.route("**/checkin/sync/", refuse)
    type_in(page, volunteer.name, answers=2)
    expect(part(page, "verdict")).to_have_attribute("data-kind", "no")
    unsent(page, 0)
    page.reload()
    expect(part(page, "refused").locator("[data-state=refused]")).to_have_count(1)
    with page.expect_download() as download:
        part(page, "export").click()
    assert len(json.loads(download.value.path().read_text())["scans"]) == 1


def test_who_was_signed_out_goes_on_uploading_and_is_told(
    served: str, phones: Phones, activity: Activity, volunteer: Volunteer
) -> None:
    context = phones.start(user=activity.leader.user)
    page = with_roster(scanner(context, served, activity))
    context.clear_cookies(name=django_settings.SESSION_COOKIE_NAME)
    type_in(page, "王秀英")
    unsent(page, 0)
    assert Scan.objects.get().volunteer == volunteer
    part(page, "reload").click()
    expect(part(page, "signIn")).to_be_visible()
    part(page, "undo").click()
    expect(part(page, "verdict")).to_have_attribute("data-kind", "undone")
    expect(part(page, "recent").locator("[data-state=waiting]")).to_have_count(1)
    assert not Annulment.objects.exists()


def test_two_pages_of_one_phone_number_and_send_their_scans_once(
    served: str, phones: Phones, activity: Activity, volunteer: Volunteer, other: Volunteer
) -> None:
    context = phones.start(user=activity.leader.user)
    first = with_roster(scanner(context, served, activity))
    second = context.new_page()
    second.goto(f"{served}/scan/{activity.pk}/")
    with_roster(second)
    context.set_offline(True)
    type_in(first, "王秀英")
    unsent(first, 1)
    type_in(second, "李建国")
    unsent(second, 2)
    context.set_offline(False)
    unsent(second, 0)
    unsent(first, 0)
    assert sorted(Scan.objects.values_list("place", flat=True)) == [1, 2]


@pytest.mark.parametrize("hours", [2, -2, 24], ids=["two hours forward", "two hours back", "a day forward"])
def test_a_clock_set_between_scan_and_sending_moves_no_time(
    served: str,
    phones: Phones,
    activity: Activity,
    volunteer: Volunteer,
    clock: time_machine.Traveller,
    hours: int,
) -> None:
    context = phones.start(user=activity.leader.user)
    page = with_roster(scanner(context, served, activity))
    context.set_offline(True)
    type_in(page, "王秀英")
    later(page, clock, minutes=60)
    page.clock.set_system_time(dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours))
    later(page, clock, minutes=30)
    type_in(page, "王秀英")
    expect(part(page, "verdict")).to_have_attribute("data-kind", "yes")
    unsent(page, 2)
    context.set_offline(False)
    unsent(page, 0)
    visit = Visit.objects.get()
    assert visit.opened_at - START < dt.timedelta(minutes=1)
    assert visit.duration == pytest.approx(dt.timedelta(minutes=90), abs=dt.timedelta(minutes=1))
    assert [scan.flags for scan in Scan.objects.order_by("place")] == [["offline"], []]


def test_it_opens_without_a_network_after_other_pages_of_the_site(
    served: str, phones: Phones, activity: Activity
) -> None:
    """Those pages have a service worker too, which controls the scanner when it is opened first."""
    context = phones.start(user=activity.leader.user)
    other_page = context.new_page()
    other_page.goto(f"{served}/my/")
    other_page.evaluate(CONTROLLED)
    page = scanner(context, served, activity)
    expect(page.locator("html[data-kept]")).to_be_attached()
    context.set_offline(True)
    page.reload()
    expect(part(page, "count")).to_be_visible()
