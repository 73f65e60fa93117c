"""The exports of records, people and activities: their hours, and the statements they take."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from academy.core import spreadsheets
from academy.hours.models import LedgerEntry, ServiceRecord
from academy.hours.services import notices
from academy.people.models import Consent
from academy.people.services import consents, merging
from academy.units.models import Unit, UnitMembership
from tests.factories import UserFactory
from tests.hours.scene import Scene, moment

pytestmark = pytest.mark.slow

LATER = moment("09:00", dt.date(2026, 3, 16))


@pytest.fixture(autouse=True)
def _in_march():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def desk(scene: Scene) -> Client:
    client = Client()
    client.force_login(scene.social_worker)
    return client


def content(desk: Client, name: str, kind: str = "csv", **asked: Any) -> bytes:
    return b"".join(desk.get(reverse(f"{name}:index"), {"export": kind, **asked}).streaming_content)


def rows_of(desk: Client, name: str, **asked: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content(desk, name, **asked).decode("utf-8-sig"))))


def test_a_record_has_person_unit_times_hours_and_words(scene: Scene, desk: Client) -> None:
    volunteer = scene.volunteer("王秀英")
    for name in ("阳光小学", "第一医院"):
        UnitMembership.objects.create(
            unit=Unit.objects.create(community=scene.community, name=name), volunteer=volunteer
        )
    scene.serve(volunteer, "09:00", "11:35", title="八段锦")
    notices.end_notices(at=LATER)

    (row,) = rows_of(desk, "service_record")

    assert {name: row[name] for name in list(row)[:14]} == {
        "志愿者编号": volunteer.number,
        "姓名": "王秀英",
        "辖区单位": "第一医院、阳光小学",
        "活动": "八段锦",
        "日期": "2026-01-10",
        "首次签到": "09:00",
        "最后签退": "11:35",
        "服务时长（小时）": "2.5",
        "服务时长（分钟）": "155",
        "学习时长（小时）": "",
        "学习时长（分钟）": "",
        "类别": "服务时长",
        "状态": "已生效",
        "地点": row["地点"],
    }
    assert (row["单人经办"], row["导入"], row["已上报"]) == ("否", "否", "否")
    assert not any("指纹" in head for head in row) and "社区" not in row


def test_learning_time_has_columns_of_its_own(scene: Scene, desk: Client) -> None:
    scene.serve(scene.volunteer(), "09:00", "10:00", kind="training", counts_as="learner")

    (row,) = rows_of(desk, "service_record")

    assert (row["服务时长（分钟）"], row["学习时长（分钟）"], row["学习时长（小时）"]) == ("", "60", "1.0")


def test_a_record_that_no_longer_counts_is_in_no_sum(scene: Scene, desk: Client) -> None:
    record = scene.serve(scene.volunteer(), "09:00", "10:00")
    ServiceRecord.objects.filter(pk=record.pk).update(state="withdrawn")

    (row,) = rows_of(desk, "service_record")

    assert (row["状态"], row["服务时长（分钟）"], row["服务时长（小时）"]) == ("已撤销", "", "")


def test_a_service_until_midnight_ends_at_24(scene: Scene, desk: Client) -> None:
    scene.attend(scene.volunteer(), scene.activity(("22:00", "26:00")).shifts.get(), "23:00", "24:30")

    rows = rows_of(desk, "service_record")

    assert [(row["日期"], row["首次签到"], row["最后签退"]) for row in rows] == [
        ("2026-01-11", "00:00", "00:30"),
        ("2026-01-10", "23:00", "24:00"),
    ]


def test_cells_are_real_dates_times_and_numbers_and_the_sums_follow_the_filters(scene: Scene, desk: Client) -> None:
    scene.serve(scene.volunteer(), "09:00", "11:35")

    sheet = load_workbook(io.BytesIO(content(desk, "service_record", "xlsx"))).active

    heads = {cell.value: cell.column_letter for cell in sheet[3]}
    day, came, hours, minutes = (
        sheet[f"{heads[name]}4"] for name in ("日期", "首次签到", "服务时长（小时）", "服务时长（分钟）")
    )
    assert (day.value, day.number_format) == (dt.datetime(2026, 1, 10), "yyyy-mm-dd")
    assert (came.value, came.number_format) == (dt.time(9), "hh:mm")
    assert (hours.value, hours.number_format, minutes.value) == (2.5, "0.0", 155)
    letter = heads["服务时长（分钟）"]
    total = f"SUBTOTAL(109,{letter}4:{letter}1048576)"
    assert sheet[f"{letter}1"].value == f"={total}"
    assert sheet[f"{heads['服务时长（小时）']}1"].value == f"=TRUNC(TRUNC({total}/6)*6/6)/10"
    assert (sheet["A1"].value, [cell.value for cell in sheet[2] if cell.value], sheet.freeze_panes) == (
        "合计",
        [],
        "A4",
    )
    assert sheet.auto_filter.ref == f"A3:{max(heads.values(), key=lambda one: (len(one), one))}4"


def test_the_ledger_has_its_fingerprints_last(scene: Scene, desk: Client) -> None:
    scene.serve(scene.volunteer("王秀英"), "09:00", "11:35")
    notices.end_notices(at=LATER)

    (row,) = rows_of(desk, "ledger_entry")

    assert list(row)[-2:] == ["上一条的指纹", "本条的指纹"]
    assert row["本条的指纹"] == LedgerEntry.objects.get().hash
    assert (row["姓名"], row["服务日期"], row["服务时长（小时）"]) == ("王秀英", "2026-01-10", "2.5")


def test_the_roll_tells_hours_consents_units_and_the_last_check_in(scene: Scene, desk: Client) -> None:
    volunteer, twin = scene.volunteer("王秀英"), scene.volunteer("王秀珍")
    scene.serve(volunteer, "09:00", "11:00")
    scene.serve(volunteer, "09:00", "10:00", day=dt.date(2025, 6, 7))
    scene.serve(twin, "09:00", "09:30", day=dt.date(2026, 1, 17))
    notices.end_notices(at=LATER)
    merging.merge(volunteer=twin, into=volunteer, by=scene.social_worker, at=LATER)
    notice, phone = Consent.Kind.PUBLIC_NOTICE, Consent.Kind.TELEPHONE
    for granted, kind in ((True, notice), (True, phone), (False, phone), (True, Consent.Kind.PHOTOS)):
        consents.record_consent(
            volunteer=volunteer, kind=kind, granted=granted, evidence="口头", by=scene.social_worker, at=LATER
        )

    row = next(row for row in rows_of(desk, "volunteer") if row["姓名"] == "王秀英")

    assert (row["今年服务时长（小时）"], row["今年服务时长（分钟）"]) == ("2.5", "150")
    assert (row["累计服务时长（小时）"], row["累计服务时长（分钟）"]) == ("3.5", "210")
    assert row["最近一次签到"] == "2026-01-17 09:00"
    assert row["有效的同意"] == "登记时提供的个人信息、在公示中列出我的时长" or "公示" in row["有效的同意"]
    assert "照片" in row["有效的同意"] and "电话" not in row["有效的同意"]
    assert row["暂停中"] == "否"


def test_somebody_without_hours_is_on_the_roll_with_none(scene: Scene, desk: Client) -> None:
    scene.volunteer("李建国")

    row = next(row for row in rows_of(desk, "volunteer") if row["姓名"] == "李建国")

    assert (row["今年服务时长（分钟）"], row["累计服务时长（小时）"], row["最近一次签到"], row["辖区单位"]) == (
        "0",
        "0.0",
        "",
        "",
    )


def test_an_activity_tells_its_time_places_sign_ups_and_attendances(scene: Scene, desk: Client) -> None:
    volunteer = scene.volunteer()
    scene.serve(volunteer, "09:00", "11:00", title="八段锦")
    notices.end_notices(at=LATER)

    (row,) = rows_of(desk, "activity")

    assert row["活动"] == "八段锦" and row["活动负责人"] == "赵敏" and row["状态"] == "已结束"
    assert row["开始"].startswith("2026-01-10 ") and row["结束"].startswith("2026-01-10 ")
    assert int(row["名额"]) > 0 and row["时段数"] == "1"
    assert (row["报名人数"], row["人次"]) == (str(volunteer.sign_ups.count()), "1")
    assert row["已生效服务时长（小时）"] == "2.0"


def test_long_lists_take_no_more_statements(scene: Scene, desk: Client) -> None:
    def statements() -> dict[str, int]:
        return {name: count(name) for name in ("service_record", "ledger_entry", "volunteer", "activity")}

    def count(name: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            content(desk, name, "xlsx")
        return len(captured)

    def serve(people: range) -> None:
        for number in people:
            scene.serve(scene.volunteer(f"志愿者{number}"), "09:00", "10:00", title=f"活动{number}")
        notices.end_notices(at=LATER)

    serve(range(3))
    statements()  # what the first request of a process reads
    few = statements()
    serve(range(3, 15))
    assert statements() == few


def test_a_long_list_is_read_in_parts(scene: Scene, desk: Client, monkeypatch: Any) -> None:
    for number in range(3):
        scene.volunteer(f"志愿者{number}")
    monkeypatch.setattr(spreadsheets.in_chunks, "__defaults__", (2,))
    parts: list[int] = []
    monkeypatch.setattr(spreadsheets.objects_shown, "send", lambda objects, **kwargs: parts.append(len(objects)))

    rows = rows_of(desk, "volunteer")

    assert len(rows) == sum(parts) and max(parts) == 2


def test_a_user_of_two_communities_reads_which_one(scene: Scene) -> None:
    abroad = Scene()
    client = Client()
    client.force_login(UserFactory(duties=[(one.community, "social_worker") for one in (scene, abroad)]))
    scene.volunteer("王秀英")

    assert {row["社区"] for row in rows_of(client, "volunteer")} == {str(one.community) for one in (scene, abroad)}
