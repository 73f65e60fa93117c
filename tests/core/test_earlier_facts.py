"""Facts that an earlier release stored with invisible characters are exported clean."""

import csv
import datetime as dt
import io

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from academy.hours.services import make_ups
from tests.factories import photo
from tests.hours.scene import Scene, moment
from tests.roles import unguarded_facts

pytestmark = [pytest.mark.slow, pytest.mark.both]

DIRTY = "一\v二\x01"


@pytest.fixture
def desk(scene: Scene) -> Client:
    volunteer = scene.volunteer(login=True)
    record = scene.serve(volunteer, "09:00", "12:00")
    asked = make_ups.ask_make_up(
        volunteer=volunteer,
        shift=record.shift,
        came_at=moment("09:00"),
        left_at=moment("11:00"),
        reason="x",
        by=volunteer.user,
        at=moment("09:00", dt.date(2026, 1, 25)),
        witness=scene.volunteer("李建国"),
        evidence=[photo()],
    )
    assert asked.pk
    with unguarded_facts(), connection.cursor() as cursor:
        for table, column in (("hours_makeup", "reason"), ("people_consent", "evidence"), ("people_volunteer", "name")):
            cursor.execute(f"UPDATE {table} SET {column} = %s", [DIRTY])
    client = Client()
    client.force_login(scene.social_worker)
    return client


@pytest.mark.parametrize("name", ["make_up", "consent", "volunteer"])
def test_facts_of_an_earlier_release_are_exported_clean(desk: Client, name: str) -> None:
    def export(kind: str) -> bytes:
        with time_machine.travel(moment("09:00", dt.date(2026, 2, 1)), tick=False):
            answer = desk.get(reverse(f"{name}:index"), {"export": kind})
            assert answer.status_code == 200
            return b"".join(answer.streaming_content)

    workbook = load_workbook(io.BytesIO(export("xlsx"))).active
    cells = {cell for row in workbook.iter_rows(values_only=True) for cell in row if isinstance(cell, str)}
    assert "一 二" in cells
    rows = list(csv.reader(io.StringIO(export("csv").decode("utf-8-sig"))))
    assert "一 二" in {cell for row in rows for cell in row}
    for text in (*cells, *(cell for row in rows for cell in row)):
        assert "\v" not in text and "\x01" not in text
