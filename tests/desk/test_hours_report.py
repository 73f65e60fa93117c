"""The report of hours: each person's hours of a period on one line, on the page and in the file."""

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
from academy.hours.services import notices
from academy.people.permissions import DutyRole
from academy.people.services import merging
from academy.works.models import Work
from tests.factories import UserFactory
from tests.hours.scene import Scene, moment
from tests.pages import text_of

pytestmark = pytest.mark.slow

ADDRESS = "/admin/reports/hours/"
FEBRUARY = dt.date(2026, 2, 10)
JANUARY = {"since": "2026-01-01", "until": "2026-01-31"}
LATER = moment("09:00", dt.date(2026, 3, 16))


@pytest.fixture(autouse=True)
def _in_march():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def two(scene: Scene) -> list[Any]:
    """Two people with effective hours: 155 minutes and 60 of learning, and 61 minutes in February."""
    first, second = scene.volunteer("王秀英"), scene.volunteer("李建国")
    scene.serve(first, "09:00", "11:35")
    scene.serve(first, "09:00", "10:00", day=dt.date(2026, 1, 17), kind="training", counts_as="learner")
    scene.serve(second, "09:00", "10:01", day=FEBRUARY)
    notices.end_notices(at=LATER)
    return [first, second]


def desk_of(scene: Scene, role: DutyRole = DutyRole.SOCIAL_WORKER) -> Client:
    client = Client()
    client.force_login(UserFactory(duties=[(scene.community, role)]))
    return client


def lines_of(client: Client, **days: str) -> list[tuple[str, int, str, str]]:
    found = client.get(ADDRESS, days).context["lines"]
    return [(name, row.attendances, hours, learned) for _person, name, row, _unit, hours, learned in found]


def test_a_person_has_one_line_with_the_hours_of_the_period(scene: Scene, two: list[Any]) -> None:
    desk = desk_of(scene)

    assert lines_of(desk, **JANUARY) == [("王秀英", 2, "2.5", "1.0")]
    assert lines_of(desk) == [("王秀英", 2, "2.5", "1.0"), ("李建国", 1, "1.0", "0.0")]


def test_the_first_and_the_last_day_belong_to_the_period(scene: Scene, two: list[Any]) -> None:
    desk = desk_of(scene)

    assert len(lines_of(desk, since="2026-02-10", until="2026-02-10")) == 1
    assert lines_of(desk, since="2026-02-11", until="2026-02-28") == []
    assert "这段时间没有人有已生效的时长" in text_of(desk.get(ADDRESS, {"since": "2026-02-11", "until": "2026-02-28"}))


def test_hours_that_are_not_effective_do_not_count(scene: Scene) -> None:
    volunteer = scene.volunteer("王秀英")
    scene.attend(volunteer, scene.activity().shifts.get())

    assert lines_of(desk_of(scene)) == []


def test_a_merged_persons_hours_are_on_the_line_of_the_entry_that_stays(scene: Scene, two: list[Any]) -> None:
    first, second = two
    merging.merge(volunteer=second, into=first, by=scene.social_worker, at=LATER)

    assert lines_of(desk_of(scene)) == [("王秀英", 3, "3.6", "1.0")]


def test_the_sums_are_those_of_the_minutes(scene: Scene, two: list[Any]) -> None:
    page = desk_of(scene).get(ADDRESS)

    assert [page.context[name] for name in ("people", "attendances", "service", "learning")] == [2, 3, "3.6", "1.0"]


def test_the_file_holds_the_lines_and_the_sums(scene: Scene, two: list[Any]) -> None:
    response = desk_of(scene).get(ADDRESS, {**JANUARY, "export": "xlsx"})

    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[2] == (
        "志愿者编号", "姓名", "辖区单位", "人次",
        "服务时长（小时）", "服务时长（分钟）", "学习时长（小时）", "学习时长（分钟）",
    )  # fmt: skip
    assert rows[3] == (two[0].number, "王秀英", None, 2, 2.5, 155, 1, 60)
    assert rows[0][3] == "=SUBTOTAL(109,D4:D1048576)" and rows[0][5] == "=SUBTOTAL(109,F4:F1048576)"
    assert len(rows) == 4
    name = "%E5%BF%97%E6%84%BF%E8%80%85%E6%97%B6%E9%95%BF%202026-01-01%20%E8%87%B3%202026-01-31%202026-03-16.xlsx"
    assert response.headers["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"


def test_the_csv_holds_the_same(scene: Scene, two: list[Any]) -> None:
    response = desk_of(scene).get(ADDRESS, {**JANUARY, "export": "csv"})

    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert rows[1] == [two[0].number, "王秀英", "", "2", "2.5", "155", "1.0", "60"]


def test_a_street_viewer_reads_no_name(scene: Scene, two: list[Any]) -> None:
    viewer = desk_of(scene, DutyRole.STREET_VIEWER)

    assert [line[0] for line in lines_of(viewer)] == ["王*英", "李*国"]
    response = viewer.get(ADDRESS, {"export": "csv"})
    assert "王秀英" not in b"".join(response.streaming_content).decode()


def test_one_click_shows_the_usual_periods(scene: Scene, two: list[Any]) -> None:
    desk = desk_of(scene)
    periods = {str(link.label): link for link in desk.get(ADDRESS, JANUARY).context["period_links"]}

    assert list(periods) == ["本月", "上月", "本季", "今年", "去年"]
    assert periods["上月"].url == "?since=2026-02-01&until=2026-02-28"
    assert [line[0] for line in lines_of(desk, since="2026-02-01", until="2026-02-28")] == ["李建国"]
    assert not periods["上月"].is_chosen


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"since": "2026-02-01", "until": "2026-01-01"}, "结束日期早于开始日期"),
        ({"since": "", "until": "2026-01-01"}, "必需字段"),
        ({"since": "上个月", "until": "2026-01-01"}, "请写一个日期"),
    ],
)
def test_a_period_that_cannot_be_is_said_at_the_field(scene: Scene, two: list[Any], days: Any, said: str) -> None:
    page = desk_of(scene).get(ADDRESS, {**days, "export": "xlsx"})

    assert page.context["lines"] == [] and said in text_of(page)
    assert "export=xlsx" not in page.content.decode()


def test_many_people_take_no_more_statements(scene: Scene) -> None:
    desk = desk_of(scene)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            b"".join(desk.get(ADDRESS, {"export": "xlsx"}).streaming_content)
        return len(captured)

    def serve(people: int) -> None:
        for number in range(people):
            scene.serve(scene.volunteer(f"志愿者{number}"), "09:00", "10:00", title=f"活动{number}")
        notices.end_notices(at=LATER)

    serve(2)
    statements()  # what the first request of a process reads
    few = statements()
    serve(8)
    assert statements() == few


def test_a_page_shows_the_first_people_and_says_how_many_more(scene: Scene, two: list[Any], monkeypatch: Any) -> None:
    monkeypatch.setattr("academy.desk.hours_report.SHOWN", 1)

    page = desk_of(scene).get(ADDRESS)

    assert len(page.context["lines"]) == 1 and "还有 1 人" in text_of(page)


def test_the_report_is_in_the_menu(scene: Scene) -> None:
    assert ADDRESS in desk_of(scene).get("/admin/").content.decode()


def test_a_file_of_many_people_is_written_in_the_background(
    scene: Scene, two: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheets, "MANY", 1)
    desk = desk_of(scene, DutyRole.STREET_VIEWER)

    page = desk.get(ADDRESS, {"since": "2026-01-01", "until": "2026-12-31", "export": "csv"})

    work = Work.objects.get()
    assert page["Location"] == reverse("work", args=[work.pk])
    assert (work.state, work.done, work.total) == ("finished", 2, 2)
    sent = desk.post(reverse("work_file", args=[work.pk])).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sent)))
    assert len(rows) == 3 and "王*英" in sent and "王秀英" not in sent
