"""No role reads a phone, an ID number or a minor's name that it may not see: two minutes.

Each role asks each address, and in the back office the search and the export as well. Answers, errors and log lines
are read, files too. Users of another community are those of `test_canaries`.
"""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from academy.activities.models import Shift
from academy.people.models import Volunteer
from tests.canaries import read
from tests.factories import sign_up
from tests.test_permission_matrix import MATRIX, PASSPORTS, build_world

pytestmark = pytest.mark.django_db

NAME, SEARCHED = "欧阳金丝雀", "欧阳金丝"  # an answer repeats the search terms, so these are no secret
SECRETS = {"the minor": NAME, "their phone": "13977778888", "a phone": "13977779999", "an ID number": PASSPORTS[0]}
ROLES = ("anonymous", "contact", "guardian", "trainer", "street_viewer", "approver", "leader", "volunteer")
_COPY = {(secret, "my/data/copy/<int:pk>/<copy_kind:kind>/") for secret in ("a phone", "an ID number")}
# Each of these looks is meant: one's own data, and the people of an activity that the leader is responsible for.
ALLOWED: dict[str, set[tuple[str, str]]] = {
    "guardian": _COPY,
    "volunteer": {*_COPY, ("a phone", "my/contact/")},
    "leader": {
        ("a phone", "accidents/<int:pk>/"),  # of the person who is hurt
        ("the minor", "my/guardian/"),  # to ask for the consent (N2)
        *(
            ("the minor", route)
            for route in (
                "accidents/<int:pk>/complete/",
                "lead/<int:activity_id>/",
                "lead/<int:activity_id>/accidents/new/",
                "lead/<int:activity_id>/photos/",
                "lead/<int:activity_id>/roster.pdf",
                "lead/<int:activity_id>/roster/",
            )
        ),
    },
}


@pytest.fixture(scope="module")
def world(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Any]:
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        child = Volunteer.objects.get(number=world.ids["child"])
        Volunteer.objects.filter(pk=child.pk).update(name=NAME, phone=SECRETS["their phone"])
        Volunteer.objects.filter(pk=world.ids["volunteer"]).update(phone=SECRETS["a phone"])
        child.refresh_from_db()
        sign_up(child, Shift.objects.filter(activity=world.ids["activity"]).latest("starts_at"))
        yield world
        transaction.set_rollback(True)


def addresses(ids: Any) -> Iterator[tuple[str, str]]:
    for route, (address, _who) in MATRIX.items():
        path = address.rpartition(" ")[2].format(**ids)
        if "logout" not in path:
            yield route, path
            if path.startswith("/admin"):
                yield route, f"{path}{'&' if '?' in path else '?'}q={SEARCHED}&export=csv"


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize("role", ROLES)
def test_no_role_reads_a_secret_of_its_own_community(role: str, world: Any, caplog: Any) -> None:
    caplog.set_level("DEBUG")
    for noisy in ("django.db.backends", "fontTools", "PIL"):
        logging.getLogger(noisy).setLevel("WARNING")
    client, found = Client(raise_request_exception=False), set()
    client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[role]
    for route, address in addresses(world.ids):
        with transaction.atomic():
            answer = client.get(address)
            text = read(body_of(answer))
            transaction.set_rollback(True)
        found |= {(secret, route) for secret, written in SECRETS.items() if written in text}

    assert found == ALLOWED.get(role, set())
    lines = [record.getMessage() for record in caplog.records]
    assert not [line for line in lines if any(written in line for written in SECRETS.values())]
