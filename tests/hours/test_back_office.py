import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from academy.decisions.services import withdraw
from academy.hours import sentences
from academy.hours.models import LedgerEntry, Overtime, ServiceRecord
from academy.hours.services import approvals, confirmation, notices
from tests.hours.scene import Scene, moment
from tests.pages import text_of

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(client: Client, scene: Scene) -> Client:
    """Return the client of a social worker whose community has an effective record."""
    activity = scene.activity(breaks=(("10:00", "10:25"),))
    scene.attend(scene.volunteer(), activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))
    notices.end_notices(at=moment("00:05", dt.date(2026, 1, 15)))
    client.force_login(scene.social_worker)
    return client


def exported(desk: Client, address: str) -> list[dict[str, str]]:
    response = desk.get(address, {"export": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_records_are_listed_opened_and_exported(desk: Client) -> None:
    record = ServiceRecord.objects.get()
    assert "王秀英" in desk.get("/admin/service_record/", {"q": "王秀英"}).content.decode()
    shown = desk.get(f"/admin/service_record/inspect/{record.pk}/").content.decode()
    clause = f"/clause/{record.rule_set_id}/H2/"
    assert f'{sentences.step_sentence("H2-breaks", 180, 155)} → 155 (<a href="{clause}">H2</a>)</div>' in shown
    assert "scan_flags" not in shown
    assert "12:30" in shown  # when it was confirmed, by the clock on the wall
    (row,) = exported(desk, "/admin/service_record/")
    assert {"王秀英", "冬季防火入户宣传", "155", "2026-01-10", "2026-01-15"} <= set(row.values())


def test_the_name_of_a_record_has_its_date_as_all_screens_show_it(desk: Client) -> None:
    shown = text_of(desk.get("/admin/ledger_entry/"))

    assert "冬季防火入户宣传 · 10 Jan 2026" in shown or "冬季防火入户宣传 · 2026年1月10日" in shown
    assert "· 2026-01-10" not in shown


def test_the_ledger_is_listed_opened_and_exported(desk: Client) -> None:
    entry = LedgerEntry.objects.get()
    assert "155" in desk.get("/admin/ledger_entry/").content.decode()
    shown = desk.get(f"/admin/ledger_entry/inspect/{entry.pk}/").content.decode()
    assert entry.hash in shown and "[&#x27;" not in shown and "<dt>ID</dt>" not in shown
    (row,) = exported(desk, "/admin/ledger_entry/")
    assert {entry.hash, "155", "王秀英"} <= set(row.values())


@pytest.mark.parametrize("address", ["service_record", "ledger_entry"])
@pytest.mark.parametrize("act", ["new/", "edit/{}/", "delete/{}/"])
def test_nothing_is_changed_there(desk: Client, address: str, act: str) -> None:
    pk = ServiceRecord.objects.get().pk if address == "service_record" else LedgerEntry.objects.get().pk
    assert desk.get(f"/admin/{address}/{act.format(pk)}").status_code == 404


@pytest.mark.parametrize("address", ["service_record", "ledger_entry"])
def test_another_communitys_are_not_listed(desk: Client, address: str) -> None:
    desk.force_login(Scene().social_worker)
    assert exported(desk, f"/admin/{address}/") == []


@pytest.mark.parametrize("address", ["service_record", "ledger_entry"])
def test_a_longer_list_takes_no_more_statements(desk: Client, scene: Scene, address: str) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(f"/admin/{address}/")
        return len(captured)

    desk.get(f"/admin/{address}/")
    short = statements()
    for number in range(6):
        scene.serve(scene.volunteer(f"志愿者{number}"), "14:00", "15:00")
    assert statements() == short


def test_requests_are_shown_in_words(desk: Client, scene: Scene) -> None:
    shift = scene.activity(("14:00", "15:00")).shifts.get()
    overtime = approvals.ask_overtime(
        shift=shift, until=moment("16:00"), reason="收尾", by=scene.leading, at=moment("13:00")
    )
    assert isinstance(overtime, Overtime)
    desk.cookies["django_language"] = "en"

    listed = text_of(desk.get("/admin/overtime/"))
    shown = text_of(desk.get(f"/admin/overtime/inspect/{overtime.pk}/"))

    assert "10 Jan 13:00 waits for the decision no " in listed  # asked for at; state; handled by one person
    assert "Handled by one person no" in shown
    assert "False" not in shown and " ID " not in shown
    withdraw(request=overtime, by=scene.leading, at=moment("13:10"))
    assert "10 Jan 13:00 taken back " in text_of(desk.get("/admin/overtime/"))
