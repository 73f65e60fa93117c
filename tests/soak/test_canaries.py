"""Every role of a community asks every address for every row of another one. Minutes for each role."""

import pytest
from django.db import transaction

from tests.canaries import Aviary, foreign_routes
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
    faults = [fault for route in foreign_routes() for fault in aviary.ask_all(route, session, thorough=True)]

    assert faults == []
