"""A social worker brings the roll in from a spreadsheet, and holds a slip and a card for everybody."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from academy.people.models import Card, Slip
from academy.people.permissions import DutyRole
from tests.e2e.conftest import decode_codes
from tests.factories import UserFactory, found
from tests.roll.lists import person, saved, sheet

SAVE = "footer button[type=submit], form button.action-save"


@pytest.fixture
def worker(desk: Page, served: str, transactional_db: None) -> Page:
    """A social worker at the desk of a community without a roll."""
    client = Client()
    client.force_login(UserFactory(first_name="李梅", duties=[(found(), DutyRole.SOCIAL_WORKER)]))
    name = settings.SESSION_COOKIE_NAME
    desk.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": served}])
    return desk


# A message that slides in has its colours only at the end.
STILL = """() => Promise.all(document.getAnimations().filter(one => one.effect.getComputedTiming().endTime !== Infinity)
    .map(one => one.finished.catch(() => 0)))"""


def is_accessible(page: Page) -> None:
    page.wait_for_load_state("load")
    page.evaluate(STILL)
    assert [one["id"] for one in Axe().run(page).response["violations"]] == [], page.url


def test_from_the_first_steps_to_the_printed_cards(worker: Page, served: str, tmp_path: Path) -> None:
    """Seven clicks and one sentence, with one person who has to be corrected in the file."""
    path = tmp_path / "花名册.xlsx"
    good = [person(name=name, phone=f"1380013800{n}") for n, name in enumerate(("王秀英", "䶮小芳"))]
    path.write_bytes(saved(sheet(*good, person(name="张三、李四"))))

    worker.goto(f"{served}/admin/")
    worker.locator("main a[href='/admin/roll_file/new/']").first.click()
    expect(worker.locator("input[type=file]")).to_be_visible()
    is_accessible(worker)
    worker.locator("input[type=file]").set_input_files(path)
    worker.locator(SAVE).first.click()
    worker.locator("[name=evidence]").fill("2026年签字的登记表")
    is_accessible(worker)
    worker.locator(SAVE).first.click()
    expect(worker.get_by_text("张三、李四")).to_be_visible()
    is_accessible(worker)
    worker.locator("button[name=good]").click()
    worker.locator("a[href*='/roll_file/print/']").click()
    worker.locator("main form button.button").first.click()
    with worker.expect_download() as sent:
        worker.locator("form[action$='/file/'] button").click()
    codes = decode_codes(Path(sent.value.path()).read_bytes())

    assert Slip.objects.count() == Card.objects.count() == 2
    assert len(set(codes)) == 4
