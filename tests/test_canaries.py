"""No user of a community reads or changes rows of another one.

Every address is asked by GET and POST, with foreign ids. Here one user with every duty asks; `make soak` lets each
role ask, with the ids of all foreign rows.
"""

import pytest
from django.db import transaction

from tests.canaries import Aviary, foreign_routes

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.sqlite,  # on PostgreSQL, `make soak` asks for every role
]

ASKING = "every duty"


@pytest.fixture(scope="module")
def aviary(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield Aviary()
        transaction.set_rollback(True)


@pytest.mark.parametrize("route", foreign_routes())
def test_nothing_foreign_comes_through(route, aviary):
    assert aviary.ask_all(route, aviary.own.sessions[ASKING]) == []
