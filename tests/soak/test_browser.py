"""A phone's browser is killed with a full queue: the next one on the same disk sends all of it once."""

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.e2e.conftest import CHROMIUM
from tests.soak.processes import PATIENCE, Database, Prepared, WebServer

PEOPLE = 15
QUEUE = 60
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"]


@contextmanager
def browser_on(profile: Path, playwright: Playwright) -> Iterator[BrowserContext]:
    """Start a Chromium, and kill it in the end: SIGKILL to our process and its children."""
    assert CHROMIUM is not None
    port = profile / "DevToolsActivePort"
    port.unlink(missing_ok=True)
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-breakpad", *QUIET]
    process = subprocess.Popen(
        [CHROMIUM, *options, "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while not (port.exists() and port.read_text().count("\n")):
            assert time.monotonic() < deadline, "the browser does not answer"
            with_patience(process, 0.05)
        number = port.read_text().split("\n")[0]
        context = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{number}").contexts[0]
        context.set_default_timeout(PATIENCE * 1000)
        yield context
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)


def with_patience(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return
    raise AssertionError("the browser ended by itself")


def part(page: Page, name: str) -> Any:
    return page.locator(f"[data-scanner={name}]")


def unsent(page: Page, count: int) -> None:
    expect(part(page, "count")).to_have_attribute("data-count", str(count), timeout=PATIENCE * 1000)


def scanner(context: BrowserContext, address: str) -> Page:
    page = context.pages[0]
    page.goto(address)
    expect(page.locator("html[data-ready]")).to_be_attached(timeout=PATIENCE * 1000)
    return page


def scan_everybody_in_and_out(page: Page, cards: list[str]) -> None:
    part(page, "typing").evaluate("details => { details.open = true; }")
    for turn in range(QUEUE // PEOPLE):
        page.locator(f"[name=direction][value={('in', 'out')[turn % 2]}]").check(force=True)
        for card in cards:
            part(page, "typed").fill(card)
            part(page, "typed").press("Enter")
            expect(part(page, "typed")).to_have_value("")


def stored(database: Database) -> list[tuple[Any, ...]]:
    """Return number, direction, card key and refusal of every scan of the phone."""
    return database.rows(
        "SELECT scan.place, scan.direction, card.key, scan.refusal"
        " FROM checkin_scan AS scan JOIN people_card AS card ON card.id = scan.card_id ORDER BY scan.place"
    )


def test_a_browser_killed_with_sixty_scans_in_its_queue_loses_none(
    prepared: Prepared, tmp_path: Path, playwright: Playwright
) -> None:
    given, profile = prepared.given, tmp_path / "profile"
    profile.mkdir()
    cards = given["cards"][-PEOPLE:]
    with (
        prepared.copied(tmp_path) as database,
        open(tmp_path / "web.log", "wb") as log,
    ):
        server = WebServer(database, log)
        origin = f"http://127.0.0.1:{server.port}"
        address = f"{origin}/scan/{given['activity']}/"
        try:
            server.start()
            with browser_on(profile, playwright) as context:
                page = context.pages[0]
                page.goto(f"{origin}/s/")
                page.locator("[name=code]").fill(given["leader"])
                page.locator("[name=code]").press("Enter")
                page.wait_for_url(lambda url: not url.endswith("/s/"))
                page = scanner(context, address)
                expect(part(page, "rosterText")).not_to_be_empty()
                expect(page.locator("html[data-kept]")).to_be_attached(timeout=PATIENCE * 1000)
                server.stop()  # no network from here on
                scan_everybody_in_and_out(page, cards)
                unsent(page, QUEUE)
            with browser_on(profile, playwright) as context:
                page = scanner(context, address)
                unsent(page, QUEUE)
                assert stored(database) == []
                server.start()
                unsent(page, 0)
                expect(part(page, "network")).to_have_attribute("data-network", "on", timeout=PATIENCE * 1000)
        finally:
            server.stop()

        turns = [("in", "out")[turn % 2] for turn in range(QUEUE // PEOPLE)]
        expected = [(direction, card, "") for direction in turns for card in cards]
        assert stored(database) == [(place, *what) for place, what in enumerate(expected, start=1)]
        visits = database.rows(
            "SELECT card.key FROM checkin_visit AS visit JOIN checkin_scan AS scan ON scan.id = visit.closed_by_id"
            " JOIN people_card AS card ON card.id = scan.card_id WHERE visit.shift_id = scan.shift_id"
        )
        assert Counter(key for (key,) in visits) == dict.fromkeys(cards, turns.count("out"))
