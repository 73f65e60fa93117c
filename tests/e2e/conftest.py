import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.utils.translation import gettext, override, pgettext
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

# Playwright's event loop runs in this thread; Django takes every call beside it for an asynchronous one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


PATIENCE = 30_000  # milliseconds: two workers share the machine, perhaps with others
expect.set_options(timeout=PATIENCE)

# A worker takes a whole file (`--dist loadfile`). The longest come first, so that both workers end together.
FIRST = ["test_phone_screens.py", "test_faces.py", "test_scanner.py", "test_scanner_offline.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: FIRST.index(item.path.name) if item.path.name in FIRST else len(FIRST))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"]
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-gpu", "--no-first-run", *quiet],
    }


@pytest.fixture
def served(live_server: Any, settings: Any) -> str:
    """The address of the running product, to which printed codes lead."""
    settings.PUBLIC_URL = live_server.url
    settings.ALLOWED_HOSTS = ["*"]
    return str(live_server.url)


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """A computer at the desk."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture
def new_phone(browser: Browser, playwright: Playwright) -> Iterator[Callable[[], Page]]:
    """Return a function that opens a phone with cookies of its own."""
    contexts: list[BrowserContext] = []

    def make() -> Page:
        contexts.append(browser.new_context(**playwright.devices["Pixel 7"], locale="zh-CN"))
        contexts[-1].set_default_timeout(PATIENCE)
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()


def beside_screen(page: Page) -> int:
    """Return how many points of a loaded page stand beside the screen, with its styles and letters."""
    page.wait_for_load_state()
    page.evaluate("() => document.fonts.ready.then(() => null)")
    return int(page.evaluate("() => Math.max(0, document.documentElement.scrollWidth - innerWidth)"))


def in_chinese(english: str, context: str = "") -> str:
    """Return the Chinese text of a message."""
    with override("zh-hans"):
        return pgettext(context, english) if context else gettext(english)


def decode_codes(pdf: bytes, *, dpi: int = 150) -> list[str]:
    """Read the codes in pictures of pages, as a phone's camera does."""
    codes: list[str] = []
    for page in pypdfium2.PdfDocument(pdf):
        picture = page.render(scale=dpi / 72).to_pil()
        codes += [code.text for code in zxingcpp.read_barcodes(picture)]
    return codes
