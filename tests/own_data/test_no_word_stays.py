"""After an erasure, no table holds the person's name, document or own words any more (V3)."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from academy.own_data import services
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from tests.roll.importing import hand_in
from tests.roll.lists import person
from tests.test_permission_matrix import PASSPORTS, build_world

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NAME = "王秀英"
WORDS = (NAME, PASSPORTS[False], "膝盖不好", "3栋", "党员", "李明")
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")  # as JSON is stored


def places_of(*texts: str) -> dict[str, str]:
    """Return each column in which any of the texts stands, with an example."""
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names: list[Any] = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                values = (_ESCAPED.sub(lambda sign: chr(int(sign[1], 16)), str(value)) for value in row)
                for name, value in zip(names, values, strict=True):
                    if any(text in value for text in texts):
                        found[f"{table}.{name}"] = value[:200]
    return found


def test_no_word_of_an_erased_person_stays() -> None:
    world = build_world()
    volunteer = Volunteer.objects.get(pk=world.ids["volunteer"])
    worker: Any = world.users[DutyRole.SOCIAL_WORKER.value]
    desk: Any = SimpleNamespace(community=world.home, social_worker=worker)
    hand_in(desk, person(name=NAME, phone="", birth_date=""))
    assert {"people_volunteer.name", "roll_rollline.name"} <= places_of(*WORDS).keys()

    answer = services.delete(volunteer=volunteer, by=worker, at=timezone.now())

    assert isinstance(answer, Volunteer), answer
    assert places_of(*WORDS) == {}
