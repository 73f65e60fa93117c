"""Pages of volunteers and leaders in each dress: access, width, keyboard, words, room for thumbs."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from academy.activities.models import Activity
from demo import build
from tests.e2e.conftest import beside_screen
from tests.e2e.faces import DAILY, Pages, filled, keys_of_demonstration, login_of
from tests.e2e.office_faces import keys_of_office

# Wagtail leaves the files of a picture and of its new rendition to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*FileIO:pytest.PytestUnraisableExceptionWarning"),
]

NOW = dt.datetime(2026, 3, 14, 2, 30, tzinfo=dt.UTC)  # a Saturday, 10:30 in Shanghai


def dress(width: int, *, elder: int = 0, dark: bool = False, english: bool = False) -> dict[str, Any]:
    """Return the options of a browser, and its cookies."""
    return {
        "viewport": {"width": width, "height": 2 * width if width < 1000 else 800},
        "color_scheme": "dark" if dark else "light",
        "cookies": ({"elder": str(elder)} if elder else {}) | ({"django_language": "en"} if english else {}),
    }


# The narrowest, with the largest letters: most goes wrong in it. tests/soak/test_dresses.py wears more.
NARROW = dress(320, elder=2, dark=True)

# Each stop of the keyboard, brought into view by the focus alone, must not lie under a bar.
HIDDEN_STOPS = """() => {
  const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")];
  const hidden = [];
  for (const stop of stops) {
    if (stop.disabled || stop.tabIndex < 0 || stop.type === "hidden" || !stop.getClientRects().length) continue;
    stop.focus();
    if (document.activeElement !== stop) continue;
    const box = stop.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 2);
    const high = stop.matches("textarea, .scroll") ? 32 : innerHeight / 2; // its first line, where one begins
    // Of a table that is higher than the screen, the browser shows any part.
    const y = box.height > innerHeight ? innerHeight / 2 : box.top + Math.min(box.height / 2, high);
    const found = document.elementFromPoint(x, y);
    const around = [stop, ...(stop.labels || [])];
    if (!found || !(found.contains(stop) || around.some((one) => one.contains(found))))
      hidden.push(stop.outerHTML.slice(0, 120));
  }
  return hidden;
}"""

# Acts and fields that stand so close to one another that a thumb takes the wrong one, or that lie over one another.
TOUCHING = """() => {
  const shown = (one) => {
    const box = one.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && (one.matches("details") || !one.closest("details:not([open])"));
  };
  const bar = (one) => one.closest(".next-act, .act-bar, .scan-bar");
  const acts = "main .btn, main .form-control, main .form-select, main .choice";
  const ones = [...document.querySelectorAll(acts)].filter(shown);
  const touching = [];
  ones.forEach((one, at) => {
    for (const other of ones.slice(at + 1)) {
      if (one.contains(other) || bar(one) !== bar(other)) continue;
      const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
      const beside = Math.max(a.left, b.left) - Math.min(a.right, b.right);
      const below = Math.max(a.top, b.top) - Math.min(a.bottom, b.bottom);
      if (Math.max(beside, below) < 3.5)
        touching.push(`${one.outerHTML.slice(0, 80)} and ${other.outerHTML.slice(0, 80)}`);
    }
  });
  return touching;
}"""

# Dates, times, durations and numbers that a line breaks in two.
BROKEN = r"""() => {
  const whole = new RegExp([
    "(?:\\d{4}年)?\\d{1,2}月\\d{1,2}日", "周[一二三四五六日]", "\\d{1,2}:\\d\\d(?:–\\d{1,2}:\\d\\d)?",
    "V\\d{9,}\\w?", "1\\d{10}", "(?<![\\w-])[0-9A-Z]{4}-[0-9A-Z]{4}\\b",
  ].join("|"), "g");
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const broken = [];
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.parentElement.getClientRects().length || text.parentElement.closest(".away")) continue;
    for (const found of text.data.matchAll(whole)) {
      const range = document.createRange();
      range.setStart(text, found.index);
      range.setEnd(text, found.index + found[0].length);
      const lines = [...range.getClientRects()].filter((box) => box.width > 0).map((box) => Math.round(box.top));
      if (new Set(lines).size > 1) broken.push(`${found[0]} in ${text.data.trim().slice(0, 60)}`);
    }
  }
  return broken;
}"""

# The red acts that are seen at once: one at most.
PRIMARY = """() => [...document.querySelectorAll("main .btn-primary")]
  .filter((one) => one.getClientRects().length && !one.closest("details:not([open])"))
  .map((one) => one.innerText.trim())"""

# The words of the page; an act stands apart from the sentence beside it.
WORDS = """() => {
  for (const act of document.querySelectorAll(".btn")) act.style.display = "block";
  return document.body.innerText;
}"""

# In Chinese: codes, dates of machines, 你 beside 您, quotation marks of other regions, long masks, gaps after a mark.
WRONG_WORDS = re.compile(
    r"\b[a-z]+_[a-z_]+\b|\b20\d\d-\d\d-\d\d\b|你|[「」]|\*{3,}|\b(?:None|True|False)\b"
    r"|[\u4e00-\u9fff”）][：。，；！？] [\u4e00-\u9fff“]"
)


@pytest.fixture
def community(served: str) -> Iterator[str]:
    """The demonstration community, at half past ten on a Saturday."""
    with time_machine.travel(NOW, tick=True):
        activity = build.build(at=NOW)
        assert isinstance(activity, Activity)
        yield served


def signed_in(context: BrowserContext, served: str, phone: str) -> None:
    client = Client()
    client.force_login(login_of(phone))
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": served}])


def look_at(page: Page, served: str, address: str) -> list[str]:
    """Return what is wrong with the page, in words."""
    page.goto(served + address)
    wrong = [
        f"{address}: {one['id']}: {one['nodes'][0]['html'][:160]}" for one in Axe().run(page).response["violations"]
    ]
    if address.startswith("/admin/"):
        return wrong  # its frame is Wagtail's
    if wide := beside_screen(page):
        wrong.append(f"{address}: {wide} px stand beside the screen")
    wrong += [f"{address}: the focus hides on {stop}" for stop in page.evaluate(HIDDEN_STOPS)]
    wrong += [f"{address}: too close: {pair}" for pair in page.evaluate(TOUCHING)]
    wrong += [f"{address}: a line breaks {piece}" for piece in page.evaluate(BROKEN)]
    if len(acts := page.evaluate(PRIMARY)) > 1:
        wrong.append(f"{address}: red acts: {acts}")
    if page.locator("html").get_attribute("lang") == "zh-hans":
        wrong += [f"{address}: {word}" for word in WRONG_WORDS.findall(page.evaluate(WORDS))]
    return wrong


def wrong_in(dress: dict[str, Any], served: str, browser: Browser, lists: Sequence[Pages]) -> list[str]:
    """Return what is wrong on the pages of a volunteer, a leader and a stranger, in words."""
    wrong: list[str] = []
    asked = {key: value for key, value in dress.items() if key != "cookies"}
    keys = keys_of_demonstration(NOW) | keys_of_office(NOW)
    for pages in lists:
        for phone, addresses in filled(pages, keys).items():
            context = browser.new_context(locale="zh-CN", **asked)
            if phone:
                signed_in(context, served, phone)
            cookies = [{"name": name, "value": value, "url": served} for name, value in dress["cookies"].items()]
            context.add_cookies(cookies)
            page = context.new_page()
            for address in addresses:
                wrong += look_at(page, served, address)
            context.close()
    return wrong


def test_every_page_is_good_on_a_small_phone_in_large_letters(community: str, browser: Browser) -> None:
    assert wrong_in(NARROW, community, browser, [DAILY]) == []
