"""The large screen: it runs for five minutes without a network and never shows an expired code."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from academy.activities import services as activities
from academy.activities.models import Activity
from academy.checkin.services import codes
from academy.people.services import slips
from tests.e2e.conftest import beside_screen
from tests.e2e.test_main_job import FRIDAY, SATURDAY, gate, people, sign_in_with_slip

__all__ = ["gate", "people"]  # fixtures


@pytest.fixture
def tablet(
    served: str, gate: dict[str, Any], people: dict[str, Any], new_phone: Callable[[], Page]
) -> Callable[[], Page]:
    """The screen's page with clocks that the test moves; the device's clock is one hour wrong."""

    def make() -> Page:
        [(_slip, code)] = slips.print_slips(volunteers=[people["leader"]], by=None, at=FRIDAY)
        page = new_phone()
        sign_in_with_slip(page, f"{served}/s/", code)
        page.clock.install(time=SATURDAY - dt.timedelta(hours=1))
        page.goto(f"{served}/lead/{gate['activity'].pk}/screen/")
        return page

    return make


def go_on(page: Page, travelled: Any, seconds: int) -> None:
    """Move both clocks, the server's and the device's."""
    travelled.shift(dt.timedelta(seconds=seconds))
    page.clock.fast_forward(seconds * 1000)


def code_at(gate: dict[str, Any], at: dt.datetime) -> str:
    return codes.rotating_codes(codes.checkpoint_for(gate["activity"], rotating=True), at=at)[0].code


def seen(page: Page) -> str:
    """Return the code that a camera reads from the screen."""
    picture = Image.open(io.BytesIO(page.screenshot()))
    return "".join(code.text for code in zxingcpp.read_barcodes(picture))


def loaded(page: Page) -> None:
    """Wait until the first answer with the next codes has arrived."""
    page.evaluate("() => fetch(document.querySelector('[data-live]').dataset.live).then(answer => answer.json())")
    page.clock.run_for(600)


def test_the_code_changes_by_itself_for_five_minutes_without_a_network(
    gate: dict[str, Any], tablet: Callable[[], Page]
) -> None:
    with time_machine.travel(SATURDAY, tick=False) as clock:
        screen = tablet()
        text = screen.locator("[data-live-text]")
        stale = screen.locator("[data-live-stale]")
        expect(text).to_have_attribute("data-code", code_at(gate, SATURDAY))
        loaded(screen)
        go_on(screen, clock, 61)
        expect(text).to_have_attribute("data-code", code_at(gate, SATURDAY + dt.timedelta(seconds=61)))
        loaded(screen)

        screen.context.set_offline(True)
        lost = SATURDAY + dt.timedelta(seconds=61)
        for seconds in range(30, 301, 30):
            go_on(screen, clock, 30)
            expect(text).to_have_attribute("data-code", code_at(gate, lost + dt.timedelta(seconds=seconds)))
            expect(stale).to_be_hidden()
        assert seen(screen).endswith(f"/{text.get_attribute('data-code')}/")

        # After the last code the screen says so, and shows no expired code.
        go_on(screen, clock, 180)
        expect(stale).to_be_visible()
        expect(text).to_be_hidden()
        expect(screen.locator("[data-live-image]")).to_be_hidden()
        assert seen(screen) == ""

        screen.context.set_offline(False)
        go_on(screen, clock, 6)
        expect(stale).to_be_hidden()
        expect(text).to_have_attribute("data-code", code_at(gate, lost + dt.timedelta(seconds=486)))


def test_a_device_that_slept_without_a_network_shows_no_code_until_it_knows_the_time(
    gate: dict[str, Any], tablet: Callable[[], Page]
) -> None:
    with time_machine.travel(SATURDAY, tick=False):
        screen = tablet()
        loaded(screen)
        screen.context.set_offline(True)
        # Its monotonic clock stood still, its wall clock went on.
        screen.clock.set_system_time(SATURDAY - dt.timedelta(minutes=50))
        screen.clock.run_for(600)
        expect(screen.locator("[data-live-stale]")).to_be_visible()
        expect(screen.locator("[data-live-image]")).to_be_hidden()


def test_a_page_that_never_got_an_answer_keeps_its_code_as_long_as_that_lasts(
    gate: dict[str, Any], tablet: Callable[[], Page]
) -> None:
    with time_machine.travel(SATURDAY + dt.timedelta(seconds=20), tick=False) as clock:
        screen = tablet()
        screen.route("**/live/", lambda route: route.abort())
        screen.reload()
        text = screen.locator("[data-live-text]")
        go_on(screen, clock, 30)
        expect(text).to_be_visible()
        go_on(screen, clock, 15)
        expect(screen.locator("[data-live-stale]")).to_be_visible()
        expect(text).to_be_hidden()


def test_a_cancelled_activity_shows_its_code_no_longer(
    gate: dict[str, Any], people: dict[str, Any], tablet: Callable[[], Page]
) -> None:
    with time_machine.travel(SATURDAY, tick=False) as clock:
        screen = tablet()
        loaded(screen)
        activity = Activity.objects.get(pk=gate["activity"].pk)
        activities.cancel_activity(activity=activity, by=people["worker"], at=SATURDAY)
        go_on(screen, clock, 6)
        expect(screen.locator("[data-live-cancelled]")).to_be_visible()
        expect(screen.locator("[data-live-image]")).to_be_hidden()
        expect(screen.locator("[data-live-text]")).to_be_hidden()
        assert seen(screen) == ""


@pytest.mark.parametrize(("width", "height"), [(360, 640), (640, 360), (768, 1024), (1280, 800), (1920, 1080)])
def test_everything_fits_the_screen_and_the_code_is_large(
    gate: dict[str, Any], tablet: Callable[[], Page], width: int, height: int
) -> None:
    with time_machine.travel(SATURDAY, tick=False):
        screen = tablet()
        screen.set_viewport_size({"width": width, "height": height})
        code = screen.locator("[data-live-image]").bounding_box()
        assert code is not None
        assert code["width"] >= 0.56 * min(width, height) and code["height"] == pytest.approx(code["width"], abs=2)
        assert beside_screen(screen) == 0
        assert screen.evaluate("document.documentElement.scrollHeight") <= height + 1
        assert seen(screen).endswith(f"/{code_at(gate, SATURDAY)}/")
        way_back = screen.locator(f"a[href='/lead/{gate['activity'].pk}/']").bounding_box()
        assert way_back is not None and way_back["y"] + way_back["height"] <= height
