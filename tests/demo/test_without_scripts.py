"""Every page of volunteers, leaders and strangers, as a browser without scripts shows it."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from academy.activities.models import Activity
from tests.demo.scene import NOW
from tests.e2e.faces import DAILY, OWN, REST, filled, keys_of_demonstration, login_of
from tests.e2e.office_faces import OFFICE, keys_of_office
from tests.unscripted import dead_in, missing_in

pytestmark = [
    pytest.mark.slow,
    # Wagtail leaves the files of a picture and of its new rendition to the garbage collector.
    pytest.mark.filterwarnings("ignore:.*FileIO:pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def keys(running: Activity, db: None) -> Iterator[dict[str, Any]]:
    with time_machine.travel(NOW, tick=False):
        yield keys_of_demonstration(NOW) | keys_of_office(NOW)


def test_no_page_of_volunteers_leaders_and_strangers_needs_a_script(keys: dict[str, Any]) -> None:
    wrong: dict[str, list[str]] = {}
    for pages in (DAILY, OWN, REST, OFFICE):
        for phone, addresses in filled(pages, keys).items():
            browser = Client()
            if phone:
                browser.force_login(login_of(phone))
            for address in addresses:
                if address.startswith("/admin/"):
                    continue  # Wagtail's screens need scripts
                page = browser.get(address, follow=True).content.decode()
                if said := [*dead_in(page), *missing_in(page)]:
                    wrong[f"{phone} {address}"] = said
    assert wrong == {}
