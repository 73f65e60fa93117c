"""A newcomer sets up an empty installation on a phone, with the address that the server printed."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from academy.core.models import Community
from cms import set_up_key
from tests.e2e.conftest import beside_screen, in_chinese
from tests.e2e.set_up import PASSWORD, STEPS


@pytest.fixture
def empty(served: str, settings: pytest.FixtureRequest) -> str:
    settings.DEMO = False
    return served


def is_accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert beside_screen(page) == 0, page.url


def test_from_the_printed_address_to_the_first_steps(empty: str, new_phone: Callable[[], Page]) -> None:
    row = set_up_key.current()
    assert row is not None
    phone = new_phone()
    phone.goto(f"{empty}/")
    expect(phone.get_by_role("heading", name=in_chinese("Set up this academy"))).to_be_visible()
    phone.goto(set_up_key.address_of(row))
    is_accessible(phone)
    phone.get_by_role("button", name=in_chinese("Begin", "button")).click()
    for texts in STEPS:
        is_accessible(phone)
        for name, text in texts.items():
            phone.locator(f"[name={name}]").fill(text)
        phone.get_by_role("button", name=in_chinese("Next", "button")).click()
    is_accessible(phone)
    phone.get_by_role("button", name=in_chinese("Found the community")).click()
    expect(phone.get_by_role("heading", name=in_chinese("The community is founded"))).to_be_visible()
    is_accessible(phone)
    assert Community.objects.get().slug == "songlin"
    assert phone.request.get(f"{empty}/set-up/", max_redirects=0).status == 302, "on to the links"
    assert new_phone().goto(f"{empty}/set-up/").status == 404  # type: ignore[union-attr]

    link = phone.locator(".set-up-link code").nth(1).inner_text()
    colleague = new_phone()
    colleague.goto(link)
    colleague.locator("[name=password1]").fill(PASSWORD)
    colleague.locator("[name=password2]").fill(PASSWORD)
    colleague.locator("main form button").click()
    colleague.goto(f"{empty}/admin/")
    colleague.locator("[name=login]").fill("13900000002")
    colleague.locator("[name=password]").fill(PASSWORD)
    colleague.locator("main details form button").click()
    expect(colleague.get_by_text(in_chinese("First steps")).first).to_be_visible()
