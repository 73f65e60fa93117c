"""The deadlines as a file for Excel."""

import csv
import datetime as dt
import io

import pytest
import time_machine
from django.test import Client
from openpyxl import load_workbook

from tests.hours.scene import Scene, moment

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(scene: Scene) -> Client:
    scene.attend(scene.volunteer("王秀英"), scene.activity(title="八段锦").shifts.get())
    client = Client()
    client.force_login(scene.social_worker)
    return client


@pytest.mark.parametrize(("day", "left", "overdue"), [(dt.date(2026, 1, 12), "9", ""), (dt.date(2026, 1, 27), "", "2")])
def test_the_deadlines_are_a_file_with_days_left_or_days_overdue(desk, day, left, overdue):
    with time_machine.travel(moment("09:00", day), tick=False):
        response = desk.get("/admin/reports/deadlines/", {"export": "csv"})
        (row,) = csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig")))

    assert list(row.values()) == ["八段锦", "2026-01-10", "2026-01-23", left, overdue, "1", "1"]
    assert (row["剩余工作日"], row["逾期工作日"]) == (left, overdue)


def test_the_page_offers_the_workbook(desk):
    with time_machine.travel(moment("09:00", dt.date(2026, 1, 12)), tick=False):
        assert "?export=xlsx" in desk.get("/admin/reports/deadlines/").content.decode()
        response = desk.get("/admin/reports/deadlines/", {"export": "xlsx"})

    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    assert [cell.value for cell in sheet["A"]] == ["活动", "八段锦"]
