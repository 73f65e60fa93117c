"""A volunteer's phone without a network."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from academy.core import app_pages
from tests.checkin.scans import poster
from tests.e2e.conftest import in_chinese
from tests.factories import ActivityFactory

# The policy of our pages keeps Playwright's own waiting for a condition from running.
CONTROLLED = """async () => {
  while (!navigator.serviceWorker.controller) await new Promise((later) => setTimeout(later, 50));
}"""
NAMES = "async () => (await caches.keys()).filter((name) => name.startsWith('offline-'))"
REPLACED = """async (old) => {
  await (await navigator.serviceWorker.ready).update();
  for (;;) {
    const names = await caches.keys();
    if (names.length === 1 && names[0] !== old) return;
    await new Promise((later) => setTimeout(later, 50));
  }
}"""
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  return found;
}"""


@pytest.fixture
def phone(new_phone: Callable[[], Page], served: str, transactional_db: None) -> Page:
    """A phone that was on the home page once."""
    page = new_phone()
    page.goto(f"{served}/activities/")
    page.evaluate(CONTROLLED)
    return page


def whom_to_ask(page: Page) -> None:
    expect(page.get_by_text(in_chinese("Tell the activity leader, who will check you in."))).to_be_visible()


def test_without_a_network_every_page_says_whom_to_ask(phone: Page, served: str) -> None:
    gate = f"/c/{poster(ActivityFactory()).key}/"
    phone.context.set_offline(True)
    for path in (gate, "/my/", "/zh-hans/"):
        phone.goto(f"{served}{path}")
        whom_to_ask(phone)
        assert phone.url == f"{served}{path}"
    expect(phone.locator("main")).to_have_css("max-width", "592px")  # the style sheet is there too
    phone.context.set_offline(False)
    phone.goto(f"{served}{gate}")
    expect(phone.locator("h1")).to_be_visible()
    phone.context.set_offline(True)
    phone.goto(f"{served}/activities/")
    phone.context.set_offline(False)
    phone.get_by_role("link", name=in_chinese("Try again")).first.click()
    expect(phone.locator("nav.tabs")).to_be_visible()


def test_the_phone_keeps_nothing_but_that_page(phone: Page, served: str) -> None:
    phone.goto(f"{served}/verify/")
    phone.goto(f"{served}/c/")
    kept = phone.evaluate(KEPT)
    assert sorted(kept) == ["/offline/", "/static/css/site.css", "/static/icons/mark.svg"]


def test_scanner_and_back_office_go_on_without_this_worker(phone: Page, served: str) -> None:
    phone.context.set_offline(True)
    for path in ("/scan/1/", "/admin/"):
        with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
            phone.goto(f"{served}{path}")


def test_a_new_release_replaces_the_page_on_the_phone(
    phone: Page, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    [old] = phone.evaluate(NAMES)
    page = app_pages._offline_page()
    monkeypatch.setattr(app_pages, "_offline_page", lambda: page.replace("<h1>", "<h1>2 "))
    phone.goto(f"{served}/activities/")
    phone.evaluate(REPLACED, old)
    phone.context.set_offline(True)
    phone.goto(f"{served}/my/")
    expect(phone.locator("h1")).to_have_text(re.compile("^2 "))
