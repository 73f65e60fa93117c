"""The list of pages that tests open in each dress (tests/e2e/faces.py) is complete."""

import re
from collections.abc import Iterator
from uuid import uuid4

from django.urls import Resolver404, resolve

from tests.e2e.faces import DAILY, FACELESS, OWN, REST
from tests.test_permission_matrix import MATRIX, ROLES

READERS = ROLES.index("trainer")  # the roles before it: a stranger, volunteers, the leader, a contact, a guardian
FILE = re.compile(r"(\.\w+|/pdf)/?$")


def route_of(address: str) -> str:
    """Return the route of an address in which `{row}` stands for a key; empty if no route leads there."""
    path = address.partition("?")[0].replace("{scan}", str(uuid4()))
    try:
        return plain(resolve(re.sub(r"\{\w+\}", "1111111111", path)).route)
    except Resolver404:
        return ""


def plain(route: str) -> str:
    """Return the route without the sign that Django leaves out when it joins two."""
    return route.replace("/^", "/")


def routes_of_pages() -> Iterator[str]:
    for route, (address, who) in MATRIX.items():
        is_page = not address.startswith("POST ") and not FILE.search(address.partition("?")[0])
        if is_page and "o" in who.split()[:READERS] and not route.startswith(("admin/", "<language>/")):
            yield plain(route)


def test_every_page_of_volunteers_and_leaders_is_opened_in_each_dress() -> None:
    opened = {route_of(one) for pages in (DAILY, OWN, REST) for some in pages.values() for one in some}
    pages = set(routes_of_pages())

    assert pages - opened - set(FACELESS) == set(), "add it to tests/e2e/faces.py, or say there why it is no page"
    assert set(FACELESS) <= pages
