"""Hours on pages, sheets and exports: in the steps of the community's rules (H1)."""

import csv
import datetime as dt
import io

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from academy.core import memo, shown_hours
from academy.hours.services import confirmation
from academy.people.services import consents
from tests.factories import RuleSetFactory
from tests.hours.scene import SATURDAY, Scene, moment
from tests.pages import text_of

pytestmark = pytest.mark.django_db

HALF_HOURS = {"paper_step_minutes": 30}


def test_each_community_has_its_own_step():
    ours, theirs = Scene(values=HALF_HOURS), Scene()
    assert shown_hours.hours(110, ours.community.pk) == "1.5"
    assert shown_hours.hours(110, theirs.community.pk) == "1.8"


def test_the_step_is_that_of_the_rules_in_force_on_the_day():
    scene = Scene()
    RuleSetFactory(community=scene.community, effective_from=dt.date(2026, 7, 1), values=HALF_HOURS)
    for day, written in ((dt.date(2026, 6, 30), "1.8"), (dt.date(2026, 7, 1), "1.5")):
        with time_machine.travel(moment("09:00", day)):
            assert shown_hours.hours(110, scene.community.pk) == written


def test_a_page_reads_the_step_once():
    scene = Scene(values=HALF_HOURS)
    with CaptureQueriesContext(connection) as captured, memo.keeping():
        assert [shown_hours.hours(minutes, scene.community.pk) for minutes in range(60, 120, 10)][-1] == "1.5"
    assert len(captured) == 1


@pytest.mark.parametrize(("values", "written"), [(HALF_HOURS, "1.5"), ({}, "1.8")])
def test_volunteer_leader_notice_and_desk_read_the_same_hours(values, written):
    scene = Scene(values=values)
    volunteer = scene.volunteer(login=True)
    consents.record_consent(
        volunteer=volunteer, kind="public_notice", granted=True, evidence="签字", by=None, at=moment("08:00")
    )
    activity = scene.activity(("09:00", "10:50"))
    (record,) = scene.attend(volunteer, activity.shifts.get(), "09:00", "10:50")
    later = SATURDAY + dt.timedelta(days=2)
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("09:00", later))
    with time_machine.travel(moment("10:00", later)):
        mine, desk = Client(), Client()
        mine.force_login(volunteer.user)
        desk.force_login(scene.social_worker)
        pages = (
            (mine, "/my/"),
            (mine, f"/my/records/{record.pk}/"),
            (desk, "/admin/service_record/"),
            (desk, f"/notice/{scene.community.slug}/{later}/"),
        )
        for client, address in pages:
            page = client.get(address)
            assert page.status_code == 200, address
            text = text_of(page)
            other = "1.8" if written == "1.5" else "1.5"
            assert other not in text, address
            assert written in text, address


def test_exports_are_written_in_the_step_of_the_community():
    scene = Scene(values=HALF_HOURS)
    scene.serve(scene.volunteer(), "09:00", "10:50")
    client = Client()
    client.force_login(scene.social_worker)
    for name in ("service_record", "ledger_entry", "volunteer", "activity"):
        with time_machine.travel(moment("09:00", dt.date(2026, 3, 16)), tick=False):
            files = {
                kind: b"".join(client.get(reverse(f"{name}:index"), {"export": kind}).streaming_content)
                for kind in ("csv", "xlsx")
            }
        rows = list(csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig"))))
        hours = [cell for row in rows for head, cell in row.items() if "小时" in head and cell not in ("", "0.0")]
        assert hours and set(hours) == {"1.5"}, (name, rows)
        cells = [cell.value for row in load_workbook(io.BytesIO(files["xlsx"])).active.iter_rows() for cell in row]
        assert 1.5 in cells and 110 in cells and 1.8 not in cells
        assert any("/30" in str(cell) for cell in cells if "SUBTOTAL" in str(cell)), name
