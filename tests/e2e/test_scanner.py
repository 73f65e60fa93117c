"""The staff scanner in a real browser: a card before the camera, no network, a phone switched off."""

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import qrcode
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from academy.activities.models import Activity
from academy.checkin.models import Annulment, Scan, Visit
from academy.checkin.services import codes, devices, sync
from academy.core.keys import random_key, split_key
from academy.people.models import Card, User, Volunteer
from academy.people.services import logins
from tests.e2e.conftest import CHROMIUM
from tests.factories import ActivityFactory, RuleSetFactory, VolunteerFactory, sign_up

START = dt.datetime(2026, 12, 5, 1, tzinfo=dt.UTC)  # 9:00 in Shanghai
PHONE = {"width": 360, "height": 780}
# Words of the browser where a test breaks the network; a worker may be fetching its script at that moment.
NO_NETWORK = ("net::ERR_", "An unknown error occurred when fetching the script.")
WATCH = """
addEventListener("securitypolicyviolation", event => console.error("CSP", event.violatedDirective, event.blockedURI));
"""


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


def card_of(volunteer: Volunteer, *, revoked: bool = False) -> str:
    card = Card.objects.create(
        volunteer=volunteer, key=random_key(80), issued_at=START, revoked_at=START if revoked else None
    )
    return card.key


class Phones:
    """Phones whose browsers keep their data on disk, also while they are switched off."""

    def __init__(self, playwright: Playwright, served: str, directory: Path) -> None:
        self.playwright, self.served, self.directory = playwright, served, directory
        self.open: list[BrowserContext] = []
        self.faults: list[str] = []
        self.expects_network = True

    def start(
        self,
        name: str = "phone",
        *,
        user: User | None = None,
        camera: Path | None = None,
        allowed: bool = True,
        english: bool = True,
        elder: bool = False,
        viewport: dict[str, int] = PHONE,
        offline: bool = False,
    ) -> BrowserContext:
        quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"]
        fake = ["--use-fake-device-for-media-stream", *(["--use-fake-ui-for-media-stream"] if allowed else [])]
        film = [*fake, f"--use-file-for-fake-video-capture={camera}"] if camera else []
        context = self.playwright.chromium.launch_persistent_context(
            self.directory / name,
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--no-first-run", *quiet, *film],
            viewport=viewport,
            has_touch=True,
            accept_downloads=True,
        )
        self.open.append(context)
        context.set_default_timeout(10_000)
        context.clock.install(time=dt.datetime.now(dt.UTC))
        context.add_init_script(WATCH)
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        context.on("console", self._heard)
        cookies = {django_settings.LANGUAGE_COOKIE_NAME: "en"} if english else {}
        if elder:
            cookies["elder"] = "1"
        if user is not None:
            client = Client()
            client.force_login(user)
            cookies[django_settings.SESSION_COOKIE_NAME] = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": key, "value": value, "url": self.served} for key, value in cookies.items()])
        context.set_offline(offline)
        return context

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning") and not any(words in message.text for words in NO_NETWORK):
            self.faults.append(message.text)

    def close(self, context: BrowserContext) -> None:
        self.open.remove(context)
        context.close()


@pytest.fixture
def phones(playwright: Playwright, served: str, tmp_path: Path) -> Iterator[Phones]:
    """Fail the test on any error, warning or violation of the content security policy on a page."""
    phones = Phones(playwright, served, tmp_path)
    yield phones
    for context in phones.open:
        context.close()
    assert phones.faults == []


def scanner(context: BrowserContext, served: str, activity: Activity) -> Page:
    page = context.pages[0] if context.pages else context.new_page()
    page.goto(f"{served}/scan/{activity.pk}/")
    expect(page.locator("html[data-ready]")).to_be_attached()
    # Without a camera the page opens the field for names by itself.
    expect(part(page, "camera")).to_have_attribute("data-camera", re.compile("on|missing|denied"))
    return page


def with_roster(page: Page) -> Page:
    expect(page.locator("[data-scanner=rosterText]")).not_to_be_empty()
    return page


def later(page: Page, clock: time_machine.Traveller, **duration: float) -> None:
    step = dt.timedelta(**duration)
    clock.shift(step)
    page.clock.fast_forward(int(step.total_seconds() * 1000))


def part(page: Page, name: str) -> Any:
    return page.locator(f"[data-scanner={name}]")


def type_in(page: Page, text: str, *, answers: int = 1) -> None:
    """Type, and wait for so many answers: one at once, a second one if the server corrects it."""
    if not part(page, "typed").is_visible():
        part(page, "typing").locator("summary").click()
    shown = int(part(page, "verdict").get_attribute("data-shown") or 0)
    part(page, "typed").fill(text)
    part(page, "typed").press("Enter")
    expect(part(page, "verdict")).to_have_attribute("data-shown", str(shown + answers))


def unsent(page: Page, count: int) -> None:
    expect(part(page, "count")).to_have_attribute("data-count", str(count))


def film_of(text: str, path: Path) -> Path:
    """Return a film of a card with this code, for Chromium's fake camera."""
    code = qrcode.make(text, border=4).get_image().convert("L").resize((360, 360), Image.Resampling.NEAREST)
    picture = Image.new("L", (640, 480), 170)
    picture.paste(code, (140, 60))
    grey = bytes([128]) * (320 * 240)
    frame = b"FRAME\n" + picture.tobytes() + grey + grey
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420mpeg2\n" + frame * 3)
    return path


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
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
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
