"""Phones with the staff scanner, for tests."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import qrcode
import time_machine
from django.conf import settings as django_settings
from django.test import Client
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from academy.activities.models import Activity
from academy.core.keys import random_key
from academy.people.models import Card, User, Volunteer
from tests.e2e.conftest import CHROMIUM, PATIENCE

START = dt.datetime(2026, 12, 5, 1, tzinfo=dt.UTC)  # 9:00 in Shanghai
PHONE = {"width": 360, "height": 780}
# Words of the browser where a test breaks the network; a worker may be fetching its script at that moment.
NO_NETWORK = ("net::ERR_", "An unknown error occurred when fetching the script.")
WATCH = """
addEventListener("securitypolicyviolation", event => console.error("CSP", event.violatedDirective, event.blockedURI));
"""


def card_of(volunteer: Volunteer, *, revoked: bool = False) -> str:
    card = Card.objects.create(
        volunteer=volunteer, key=random_key(80), issued_at=START, revoked_at=START if revoked else None
    )
    return card.key


def film_of(text: str, path: Path) -> Path:
    """Return a film of a card with this code, for Chromium's fake camera."""
    code = qrcode.make(text, border=4).get_image().convert("L").resize((360, 360), Image.Resampling.NEAREST)
    picture = Image.new("L", (640, 480), 170)
    picture.paste(code, (140, 60))
    grey = bytes([128]) * (320 * 240)
    frame = b"FRAME\n" + picture.tobytes() + grey + grey
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420mpeg2\n" + frame * 3)
    return path


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
        context.set_default_timeout(PATIENCE)
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
