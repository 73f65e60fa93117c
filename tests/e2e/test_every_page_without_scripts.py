"""Pages of volunteers, leaders and strangers without scripts: each control that is seen works."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import PATIENCE
from tests.e2e.faces import DAILY, LEADER, NOBODY, VOLUNTEER, filled, keys_of_demonstration
from tests.e2e.office_faces import keys_of_office
from tests.e2e.test_faces import NOW, community, signed_in

__all__ = ["community"]  # a fixture

# Wagtail leaves the files of a picture and of its new rendition to the garbage collector.
pytestmark = [pytest.mark.filterwarnings("ignore:.*FileIO:pytest.PytestUnraisableExceptionWarning")]

# Beside the pages of every day: those of which a script does a part, if it runs.
MORE = {
    VOLUNTEER: ["/my/calendar/", "/my/certificates/{number}/", "/course/our-resources/{quiz_of_kinds}/quiz/"],
    LEADER: ["/lead/{running}/", "/lead/{running}/screen/", "/scan/{running}/", "/lead/{running}/accidents/new/"],
    NOBODY: ["/c/{poster}/", "/c/{poster}/claim/{claim}/", "/verify/{code}/", "/offline/"],
}

# The controls that the styles show, in a browser that runs none of the page's own scripts.
SEEN = """() => {
  const seen = (one) => one.getClientRects().length > 0;
  const wrong = [];
  for (const one of document.querySelectorAll("[hidden]"))
    if (seen(one)) wrong.push(`its styles show what is hidden: ${one.outerHTML.slice(0, 120)}`);
  for (const one of document.querySelectorAll("button, input, select, textarea"))
    if (seen(one) && !one.readOnly && (!one.form || one.disabled || ["button", "reset"].includes(one.type)))
      wrong.push(`nothing comes of it: ${one.outerHTML.slice(0, 120)}`);
  if (![...document.querySelectorAll("h1")].some((one) => seen(one) && one.innerText.trim())) wrong.push("no heading");
  const main = document.querySelector("main");
  if (!main || main.innerText.trim().length < 20) wrong.push("nothing below the heading");
  for (const one of document.querySelectorAll("main img"))
    if (seen(one) && one.complete && !one.naturalWidth) wrong.push(`no picture: ${one.src}`);
  return wrong;
}"""


@pytest.fixture
def opened(browser: Browser, community: str) -> Iterator[list[tuple[Page, list[str]]]]:
    """A phone of each person, which runs no scripts, with the addresses that it opens."""
    keys, contexts, phones = keys_of_demonstration(NOW) | keys_of_office(NOW), [], []
    for login in (VOLUNTEER, LEADER, NOBODY):
        size = {"width": 360, "height": 780}
        context = browser.new_context(java_script_enabled=False, locale="zh-CN", viewport=size)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if login:
            signed_in(context, community, login)
        phones.append((context.new_page(), filled({login: [*DAILY[login], *MORE[login]]}, keys)[login]))
    yield phones
    for context in contexts:
        context.close()


@pytest.mark.soak  # it builds the demonstration; `tests/demo/test_without_scripts.py` reads the same pages in every run
def test_nothing_that_is_seen_waits_for_a_script(community: str, opened: list[tuple[Page, list[str]]]) -> None:
    wrong: dict[str, list[str]] = {}
    for phone, addresses in opened:
        for address in addresses:
            phone.goto(community + address)
            if said := phone.evaluate(SEEN):
                wrong[address] = said
    assert wrong == {}
