"""A user with every duty asks every address: nothing foreign comes through, and screens use our words.

Each address is asked by GET and POST, with foreign ids. `make soak` lets each role ask, with the ids of all foreign
rows. The pages with own ids are read for words of Wagtail, of Python and of English.
"""

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from academy.people.permissions import DutyRole
from cms.wagtail_hooks import HIDDEN_REPORTS
from tests.canaries import Aviary, foreign_routes
from tests.forbidden_words import forbidden_in
from tests.gaps import gaps_in
from tests.test_permission_matrix import PASSPORTS
from tests.unscripted import dead_in

pytestmark = [
    pytest.mark.each_case,
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.sqlite,  # on PostgreSQL, `make soak` asks for every role
]

ASKING = "every duty"
UNREAD = tuple(f"admin/reports/{name}/" for name in sorted(HIDDEN_REPORTS))


@pytest.fixture(scope="module")
def aviary(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield Aviary()
        transaction.set_rollback(True)


@pytest.mark.parametrize("route", foreign_routes())
def test_nothing_foreign_comes_through_and_every_word_is_ours(route, aviary, subtests):
    with subtests.test("foreign"):
        assert aviary.ask_all(route, aviary.own.sessions[ASKING]) == []
    with subtests.test("whole ID numbers"):  # V2: only an act of its own shows one, and it is a POST
        assert [address for address, page in aviary.own_pages.items() if PASSPORTS[0] in page] == []
    with subtests.test("gaps"):
        said = {address: gaps_in(page) for address, page in aviary.own_pages.items()}
        assert {address: sentences for address, sentences in said.items() if sentences} == {}
    if not route.startswith("admin/"):  # whose screens are Wagtail's
        with subtests.test("without scripts"):
            said = {address: dead_in(page) for address, page in aviary.own_pages.items()}
            assert {address: controls for address, controls in said.items() if controls} == {}
    if route.startswith("admin/") and not route.startswith(UNREAD):
        with subtests.test("words"):
            said = {address: forbidden_in(page) for address, page in aviary.own_pages.items()}
            assert {address: words for address, words in said.items() if words} == {}


@pytest.mark.parametrize("role", [role.value for role in DutyRole])
def test_no_roles_first_screen_speaks_wagtail_or_english(role, aviary):
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = aviary.own.sessions[role]
    assert forbidden_in(client.get("/admin/").content.decode()) == []
