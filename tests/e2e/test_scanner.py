"""The staff scanner in a real browser: a card before the camera, no network, a phone switched off."""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import qrcode
import time_machine
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Playwright, expect

from academy.activities.models import Activity
from academy.checkin.models import Annulment, Scan, Visit
from academy.checkin.services import codes, devices, sync
from academy.core.keys import random_key, split_key
from academy.people.models import Volunteer
from academy.people.services import logins
from tests.e2e.conftest import beside_screen
from tests.e2e.scanners import (
    START,
    Phones,
    card_of,
    film_of,
    later,
    part,
    scanner,
    type_in,
    unsent,
    with_roster,
)
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


# Scanning


def test_a_card_before_the_camera_is_answered_and_kept_by_the_server(
    served: str, phones: Phones, activity: Activity, volunteer: Volunteer, tmp_path: Path
) -> None:
    key = card_of(volunteer)
    camera = film_of(f"{served}/P/{key}/".upper(), tmp_path / "card.y4m")
    page = scanner(phones.start(user=activity.leader.user, camera=camera), served, activity)
    verdict = part(page, "verdict")
    expect(verdict).to_have_attribute("data-kind", "yes")
    expect(part(page, "name")).to_have_text("王*英")
    expect(part(page, "what")).to_have_text("Checked in 9:00")
    unsent(page, 0)
    expect(part(page, "recent").locator("[data-state=sent]")).to_have_count(1)
    scan = Scan.objects.get()
    assert (scan.volunteer, scan.direction, scan.method, scan.refusal) == (volunteer, "in", "card", "")
    assert (scan.operator, scan.place, scan.flags) == (activity.leader.user, 1, [])
    assert Visit.objects.get().closed_at is None


def test_typed_found_by_name_and_ticked(
    served: str,
    phones: Phones,
    activity: Activity,
    volunteer: Volunteer,
    other: Volunteer,
    clock: time_machine.Traveller,
) -> None:
    key = card_of(volunteer)
    page = with_roster(scanner(phones.start(user=activity.leader.user), served, activity))
    expect(part(page, "cameraTrouble")).not_to_be_empty()  # this computer has no camera: the page says so
    type_in(page, f" {split_key(key).lower()} ")
    expect(part(page, "what")).to_have_text("Checked in 9:00")
    type_in(page, "李建国")
    expect(part(page, "name")).to_have_text("李*国")
    expect(part(page, "what")).to_have_text("Checked in 9:00")
    part(page, "typed").fill("王")
    expect(part(page, "names").locator("button")).to_have_count(1)
    later(page, clock, minutes=90)
    part(page, "names").locator("button").click()
    expect(part(page, "what")).to_have_text("Checked out 10:30")
    unsent(page, 0)
    assert [(scan.volunteer, scan.direction, scan.method) for scan in Scan.objects.order_by("place")] == [
        (volunteer, "in", "card"),
        (other, "in", "tick"),
        (volunteer, "out", "tick"),
    ]
    assert Visit.objects.get(volunteer=volunteer).duration.total_seconds() == pytest.approx(90 * 60, abs=30)


def test_a_list_drawn_again_under_a_finger_does_not_lose_the_tap(
    served: str, phones: Phones, activity: Activity, volunteer: Volunteer, other: Volunteer
) -> None:
    phone = phones.start(user=activity.leader.user)
    page = with_roster(scanner(phone, served, activity))
    phone.set_offline(True)
    type_in(page, other.number)
    unsent(page, 1)
    part(page, "typed").fill(volunteer.number)
    part(page, "names").locator("button").hover()
    page.mouse.down()
    phone.set_offline(False)
    unsent(page, 0)  # the answer draws all lists again
    page.mouse.up()
    expect(part(page, "name")).to_have_text("王*英")
    expect(part(page, "what")).to_have_text("Checked in 9:00")


def test_the_same_card_at_once_is_no_second_scan_unless_one_insists(
    served: str, phones: Phones, activity: Activity, volunteer: Volunteer
) -> None:
    key = card_of(volunteer)
    page = with_roster(scanner(phones.start(user=activity.leader.user), served, activity))
    type_in(page, key)
    expect(part(page, "verdict")).to_have_attribute("data-kind", "yes")
    type_in(page, key)
    expect(part(page, "verdict")).to_have_attribute("data-kind", "again")
    expect(part(page, "what")).to_have_text("Already checked in, since 9:00")
    unsent(page, 0)
    assert Scan.objects.count() == 1
    part(page, "insist").click()
    expect(part(page, "what")).to_have_text("Checked out 9:00")
    unsent(page, 0)
    assert list(Scan.objects.order_by("place").values_list("direction", flat=True)) == ["in", "out"]


def test_a_direction_chosen_for_the_next_one_does_not_change_this_one(
    served: str, phones: Phones, activity: Activity, volunteer: Volunteer
) -> None:
    key = card_of(volunteer)
    page = with_roster(scanner(phones.start(user=activity.leader.user), served, activity))
    page.evaluate(
        """key => {
            const field = document.querySelector("[data-scanner=typed]");
            field.value = key;
            field.form.querySelector("button").click();
            document.querySelector("[name=direction][value=out]").checked = true;
        }""",
        key,
    )
    expect(part(page, "what")).to_have_text("Checked in 9:00")
    unsent(page, 0)
    assert Scan.objects.get().direction == "in"


def test_what_is_no_good_card_says_so_and_what_is_one_is_kept_as_refused(
    served: str, phones: Phones, activity: Activity, volunteer: Volunteer
) -> None:
    revoked, unknown = card_of(volunteer, revoked=True), random_key(80)
    page = with_roster(scanner(phones.start(user=activity.leader.user), served, activity))
    for key, code in ((revoked, "card_revoked"), (unknown, "unknown_card")):
        type_in(page, key)
        expect(part(page, "verdict")).to_have_attribute("data-code", code)
        expect(part(page, "verdict")).to_have_attribute("data-kind", "no")
    unsent(page, 0)
    expect(part(page, "refused").locator("[data-state=refused]")).to_have_count(2)
    assert sorted(Scan.objects.values_list("refusal", flat=True)) == ["card_revoked", "unknown_card"]
    assert not Visit.objects.exists()
    poster = codes.checkpoint_for(activity, rotating=False)
    type_in(page, f"{served}/C/{poster.key}/")
    expect(part(page, "why")).to_contain_text("not a check-in card")
    assert Scan.objects.count() == 2


def test_a_card_issued_after_the_download_is_the_servers_to_accept(
    served: str, phones: Phones, activity: Activity
) -> None:
    page = with_roster(scanner(phones.start(user=activity.leader.user), served, activity))
    newcomer = VolunteerFactory(community=activity.community, name="欧阳小明")
    type_in(page, card_of(newcomer), answers=2)
    expect(part(page, "verdict")).to_have_attribute("data-kind", "yes")
    unsent(page, 0)
    assert Visit.objects.get().volunteer == newcomer
    # The page has downloaded a new roster by itself, which shows them as checked in.
    expect(part(page, "recent").locator(".row-title")).to_have_text("欧**明")


def test_who_is_too_young_is_kept_as_refused_and_not_in(
    served: str, phones: Phones, activity: Activity, clock: time_machine.Traveller
) -> None:
    Activity.objects.update(dangerous=True, insurance="PICC 2026-001")
    child = VolunteerFactory(community=activity.community, name="欧阳小明", birth_date=dt.date(2012, 1, 1))
    page = with_roster(scanner(phones.start(user=activity.leader.user), served, activity))
    for _again in range(2):
        type_in(page, child.name)
        expect(part(page, "verdict")).to_have_attribute("data-code", "ask_desk_first")
        expect(part(page, "what")).to_have_text("Not checked in")
        unsent(page, 0)
    assert [scan.refusal for scan in Scan.objects.all()] == ["minor_not_allowed"]
    assert not Visit.objects.exists()


def test_a_camera_that_is_not_allowed_is_told_and_offers_the_other_ways(
    served: str, phones: Phones, activity: Activity, volunteer: Volunteer, tmp_path: Path
) -> None:
    camera = film_of("of no use", tmp_path / "card.y4m")
    page = scanner(phones.start(user=activity.leader.user, camera=camera, allowed=False), served, activity)
    expect(part(page, "camera")).to_have_attribute("data-camera", "denied")
    expect(part(page, "cameraTrouble")).to_contain_text("not allowed")
    expect(part(page, "typed")).to_be_visible()
    expect(part(page, "cameraAgain")).to_be_visible()
    field, bar = part(page, "typed").bounding_box(), part(page, "bar").bounding_box()
    assert field["y"] + field["height"] <= bar["y"]  # no scrolling to the one way that is left
    part(page, "cameraEnough").click()
    expect(part(page, "cameraTrouble")).to_be_hidden()


def test_the_way_to_the_leaders_page_stays_here_without_a_network(
    served: str, phones: Phones, activity: Activity, volunteer: Volunteer
) -> None:
    page = with_roster(scanner(phones.start(user=activity.leader.user), served, activity))
    here, way = page.url, part(page, "ways").get_by_role("link")
    page.context.set_offline(True)
    expect(part(page, "waysHelp")).to_contain_text("need a network")
    way.click()
    assert page.url == here
    page.context.set_offline(False)
    expect(part(page, "waysHelp")).to_be_hidden()
    way.click()
    page.wait_for_url(f"**/lead/{activity.pk}/")


def test_a_browser_that_keeps_nothing_says_so_and_scans_all_the_same(
    served: str, phones: Phones, activity: Activity, volunteer: Volunteer
) -> None:
    context = phones.start(user=activity.leader.user)
    context.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined});")
    page = with_roster(scanner(context, served, activity))
    expect(part(page, "notice")).to_have_attribute("data-notice", "memory")
    type_in(page, volunteer.name)
    unsent(page, 0)
    assert Scan.objects.get().volunteer == volunteer


def test_a_photo_of_a_card_will_do(
    served: str, phones: Phones, activity: Activity, volunteer: Volunteer, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.png"
    picture = Image.new("L", (2400, 1800), 190)
    picture.paste(qrcode.make(card_of(volunteer)).get_image().resize((700, 700)).rotate(7, fillcolor=190), (900, 500))
    picture.save(photo)
    page = with_roster(scanner(phones.start(user=activity.leader.user), served, activity))
    part(page, "photo").set_input_files(photo)
    expect(part(page, "name")).to_have_text("王*英")
    unsent(page, 0)
    Image.new("L", (800, 600), 190).save(photo)
    part(page, "photo").set_input_files(photo)
    expect(part(page, "why")).to_contain_text("No code found")


# Undo


def test_the_last_scan_is_taken_back_at_once_with_a_network(
    served: str, phones: Phones, activity: Activity, volunteer: Volunteer
) -> None:
    page = with_roster(scanner(phones.start(user=activity.leader.user), served, activity))
    type_in(page, "王秀英")
    unsent(page, 0)
    part(page, "undo").click()
    expect(part(page, "what")).to_have_text("Taken back")
    expect(part(page, "recent").locator("[data-state=undone]")).to_have_count(1)
    assert Annulment.objects.get().annulled_by == activity.leader.user
    assert not Visit.objects.exists()
    type_in(page, "王秀英")
    expect(part(page, "what")).to_have_text("Checked in 9:00")
    unsent(page, 0)


def test_the_last_scan_is_taken_back_once_there_is_a_network(
    served: str, phones: Phones, activity: Activity, volunteer: Volunteer
) -> None:
    context = phones.start(user=activity.leader.user)
    page = with_roster(scanner(context, served, activity))
    context.set_offline(True)
    type_in(page, "王秀英")
    part(page, "undo").click()
    expect(part(page, "why")).to_contain_text("as soon as there is a network")
    unsent(page, 1)
    context.set_offline(False)
    unsent(page, 0)
    expect(part(page, "recent").locator("[data-state=undone]")).to_have_count(1)
    assert Annulment.objects.get().scan == Scan.objects.get()
    assert not Visit.objects.exists()


# Export and import


def test_the_saved_file_bears_macs_that_the_server_knows_and_is_imported_by_a_colleague(
    served: str, phones: Phones, activity: Activity, volunteer: Volunteer, other: Volunteer
) -> None:
    key = card_of(volunteer)
    context = phones.start(user=activity.leader.user)
    page = with_roster(scanner(context, served, activity))
    context.set_offline(True)
    type_in(page, key)
    unsent(page, 1)
    type_in(page, "李建国")
    unsent(page, 2)
    with page.expect_download() as download:
        part(page, "export").click()
    saved = json.loads(download.value.path().read_text())
    assert (saved["version"], len(saved["scans"])) == (2, 2)
    device = activity.devices.get()
    assert saved["device"] == device.key
    assert dt.datetime.fromisoformat(saved["exported_at"]).tzinfo is not None
    for n, (scan, kind) in enumerate(zip(saved["scans"], ("card", "tick"), strict=True), start=1):
        assert set(scan) == {"v", "id", "n", "checkpoint", kind, "direction", "at", "run", "steady", "seen", "mac"}
        assert (scan["v"], scan["n"], UUID(scan["id"]).version) == (2, n, 4)
        names = ("id", "n", "checkpoint", kind, "direction", "at", "run", "steady", "seen")
        told = [scan[name] if name != kind else f"{kind}\n{scan[kind]}" for name in names]
        text = "\n".join(map(str, [2, device.key, *told])).encode()
        assert scan["mac"] == hmac.new(devices.key_of(device), text, hashlib.sha256).hexdigest()
    assert saved["scans"][0]["card"] == key
    unsent(page, 2)  # the queue stays until the file is brought

    received = sync.receive_scans(
        device=device, scans=saved["scans"], sent_at=None, at=START + dt.timedelta(minutes=5), by=other.user
    )
    assert [result.outcome for result in received] == ["accepted", "accepted"]
    context.set_offline(False)
    unsent(page, 0)
    assert Scan.objects.count() == 2


# Appearance


@pytest.mark.parametrize("elder", [False, True], ids=["standard", "elder"])
@pytest.mark.parametrize("english", [False, True], ids=["zh", "en"])
def test_nothing_is_cut_off_at_360_pixels(
    served: str, phones: Phones, activity: Activity, volunteer: Volunteer, elder: bool, english: bool
) -> None:
    context = phones.start(user=activity.leader.user, elder=elder, english=english)
    page = with_roster(scanner(context, served, activity))
    type_in(page, "王秀英")
    unsent(page, 0)
    assert beside_screen(page) == 0
    expect(part(page, "undo")).to_be_visible()
    expect(part(page, "count")).to_be_in_viewport()
    assert (page.locator("html").get_attribute("data-elder") == "1") is elder
    if english:
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_it_can_be_put_on_the_first_screen(served: str, phones: Phones, activity: Activity) -> None:
    page = scanner(phones.start(user=activity.leader.user), served, activity)
    manifest = page.evaluate("""async () => {
        const link = document.querySelector("link[rel=manifest]");
        return (await fetch(link.href, {credentials: "include"})).json();
    }""")
    assert manifest["start_url"] == f"/scan/{activity.pk}/"
    for icon in manifest["icons"]:
        assert page.request.get(f"{served}{icon['src']}").ok
