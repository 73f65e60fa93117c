"""The one search of the back office, by keyboard alone."""

import re

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from tests.factories import UserFactory, VolunteerFactory, found

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office(served: str, desk: Page) -> list[Volunteer]:
    """A social worker who has just opened the back office; two people have one name."""
    home = found()
    people = [
        VolunteerFactory(community=home, name="王秀英", phone="13900000011"),
        VolunteerFactory(community=home, name="王秀英", phone="13800000022"),
        VolunteerFactory(community=home, name="李建国", phone="13700000033"),
    ]
    client = Client()
    client.force_login(UserFactory(first_name="孙丽", duties=[(home, DutyRole.SOCIAL_WORKER)]))
    desk.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served}])
    desk.goto(f"{served}/admin/")
    expect(desk.locator("#menu-search-q")).to_be_visible()  # Wagtail's menu is there
    return people


def of_person(person: Volunteer) -> re.Pattern[str]:
    return re.compile(rf"/admin/(volunteer/edit|people)/{person.pk}/")


def test_slash_letters_and_enter_open_the_person(desk: Page, office: list[Volunteer]) -> None:
    desk.keyboard.press("/")
    expect(desk.locator("#menu-search-q")).to_be_focused()
    desk.keyboard.type("ljg")
    desk.keyboard.press("Enter")  # before the list is there, or after

    expect(desk).to_have_url(of_person(office[2]))


def test_arrows_choose_between_namesakes(desk: Page, office: list[Volunteer]) -> None:
    desk.keyboard.press("Control+k")
    expect(desk.locator("#find-q")).to_be_focused()
    desk.keyboard.type("wangxiuying")
    options = desk.get_by_role("option")
    expect(options).to_have_count(2)
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    expect(options.nth(1)).to_contain_text("尾号 0022")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")

    expect(desk).to_have_url(of_person(office[1]))


def test_enter_at_once_asks_which_namesake_is_meant(desk: Page, office: list[Volunteer]) -> None:
    desk.route("**/find/suggestions/**", lambda route: route.abort())
    desk.locator("#find-q").fill("王秀英")
    desk.keyboard.press("Enter")

    expect(desk.locator("[data-find-hit]")).to_have_count(2)
    expect(desk.locator("[data-find-hit]").first).to_be_focused()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(of_person(office[1]))
