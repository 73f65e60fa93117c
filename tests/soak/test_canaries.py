"""Every role of a community asks every address for every row of another one. Minutes for each role.

The pages of the back office that it gets are read for words of Wagtail, of Python and of English.
"""

import pytest
from django.db import transaction

from tests.canaries import Aviary, foreign_routes
from tests.forbidden_words import forbidden_in
from tests.test_every_address import UNREAD
from tests.test_permission_matrix import ROLES

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def aviary(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield Aviary()
        transaction.set_rollback(True)


@pytest.mark.parametrize("role", [*ROLES, "every duty"])
def test_no_role_gets_anything_foreign(role, aviary):
    session = aviary.own.sessions[role]
    faults: list[str] = []
    said: dict[str, list[str]] = {}
    for route in foreign_routes():
        faults += aviary.ask_all(route, session, thorough=True)
        if route.startswith("admin/") and not route.startswith(UNREAD):
            said |= {address: forbidden_in(page) for address, page in aviary.own_pages.items()}

    assert faults == []
    assert {address: words for address, words in said.items() if words} == {}
