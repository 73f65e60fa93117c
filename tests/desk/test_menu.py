"""The menu of the back office: one place for each page, and one name for it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client, RequestFactory
from django.urls import reverse
from wagtail.admin.menu import SubmenuMenuItem, admin_menu

from academy.people.permissions import DutyRole
from academy.people.services import duties
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory
from tests.people.desk import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home():
    return CommunityFactory()


def pages_of(user: Any) -> list[tuple[str, str, str]]:
    """Return the menu, the label and the address of each page of the back office in the menu of `user`."""
    Client().get(reverse("wagtailadmin_login"))  # Wagtail registers its hooks at the first request
    request = RequestFactory().get("/admin/")
    request.user = user
    return list(_pages(admin_menu, request, ""))


def _pages(menu: Any, request: Any, name: str) -> Iterator[tuple[str, str, str]]:
    for item in menu.menu_items_for_request(request):
        if isinstance(item, SubmenuMenuItem):
            yield from _pages(item.menu, request, item.name)
        elif item.url.startswith("/admin/"):
            yield name, str(item.label), item.url


@pytest.mark.parametrize("role", [DutyRole.SOCIAL_WORKER, DutyRole.ADMINISTRATOR, DutyRole.STREET_VIEWER])
def test_rules_and_looks_at_data_stand_in_settings_alone(home, role):
    menus: dict[str, list[str]] = {}
    for menu, _label, url in pages_of(UserFactory(duties=[(home, role)])):
        menus.setdefault(url, []).append(menu)
    assert menus[reverse("rule_set:index")] == ["settings"]
    for looks in ("views_of_people", "printouts"):
        assert menus.get(reverse(looks)) == (["settings"] if role == DutyRole.ADMINISTRATOR else None)


def test_the_menu_names_a_volunteer_as_the_roll_does(client, home):
    user = VolunteerFactory(community=home, name="陈志强", login=True).user
    duties.grant_duty(user=user, community=home, role=DutyRole.TRAINER, by=None)
    client.force_login(user)

    page = BeautifulSoup(client.get("/admin/").content, "html.parser")

    [menu] = [
        one
        for one in json.loads(page.find(id="wagtail-sidebar-props").string)["modules"]
        if one["_type"].endswith("MainMenuModule")
    ]
    assert menu["_args"][2]["name"] == "陈志强"


@pytest.mark.parametrize("role", list(DutyRole))
def test_the_menu_and_the_heading_are_one_name(client, home, role):
    user = UserFactory(duties=[(home, role)])
    client.force_login(user)
    faults = []
    for _menu, label, url in pages_of(user):
        page = BeautifulSoup(client.get(url, follow=True).content, "html.parser")
        heads = {" ".join(one.text.split()) for one in page.select("h1, h2, nav[aria-label] ol li, title")}
        if label not in heads:
            faults.append((label, url, sorted(heads)))
    assert not faults
