"""The lines of a platform's workbook: their times and minutes never contradict each other."""

import datetime as dt
from typing import Any

import pytest

from academy.hours.models import ServiceRecord
from academy.hours.services import confirmation, notices
from academy.transfers.models import Handover
from tests.factories import compute_records, workbook
from tests.hours.scene import SATURDAY, Scene, moment
from tests.transfers.test_handing_over import add, cells_of, fill

pytestmark = pytest.mark.slow

SUNDAY = SATURDAY + dt.timedelta(days=1)
HEAD = ["序号", "姓名", "服务日期", "开始时间", "结束时间", "服务时长", "分钟"]


def serve(scene: Scene, *visits: tuple[str, str], plan: tuple[str, str] = ("09:00", "12:00"), **activity: Any) -> None:
    """Record visits at one shift, confirm them, and end the notice."""
    volunteer = scene.volunteer()
    planned = scene.activity(plan, **activity)
    shift = planned.shifts.get()
    for came, left in visits:
        scene.scan(volunteer, shift, "in", moment(came))
        scene.scan(volunteer, shift, "out", moment(left))
    at = moment(visits[-1][1])
    compute_records(volunteer=volunteer, shift=shift, at=at)
    confirmation.confirm(activity=planned, by=scene.leading, at=at + dt.timedelta(minutes=30))
    notices.end_notices(at=moment("00:05", SATURDAY + dt.timedelta(days=9)))


def lines(scene: Scene, head: list[str] = HEAD) -> list[tuple]:
    """Return the filled lines, without the name and with the day alone of a date."""
    handover = fill(scene, add(scene, workbook(head)))
    assert isinstance(handover, Handover), handover
    filled = [tuple(cell.day if isinstance(cell, dt.datetime) else cell for cell in row) for row in cells_of(handover)]
    return [tuple(cell for cell, heading in zip(row, head, strict=True) if heading != "姓名") for row in filled[1:]]


def test_a_night_watch_is_cut_at_midnight(scene: Scene) -> None:
    serve(scene, ("21:55", "30:05"), plan=("22:00", "30:00"))
    assert [record.minutes for record in ServiceRecord.objects.order_by("date")] == [120, 360]
    assert lines(scene) == [(1, 10, "21:55", "24:00", 2, 120), (2, 11, "0:00", "6:05", 6, 360)]


def test_two_visits_have_a_line_each(scene: Scene) -> None:
    serve(scene, ("09:00", "10:05"), ("11:00", "12:00"))
    assert lines(scene) == [(1, 10, "9:00", "10:05", 1, 65), (2, 10, "11:00", "12:00", 1, 60)]


def test_two_visits_without_a_gap_share_a_line(scene: Scene) -> None:
    serve(scene, ("09:00", "10:00"), ("10:00", "12:00"))
    assert lines(scene) == [(1, 10, "9:00", "12:00", 3, 180)]


def test_one_visit_keeps_its_line_though_a_break_is_left_out(scene: Scene) -> None:
    serve(scene, ("08:50", "12:00"), breaks=(("10:00", "10:30"),))
    assert lines(scene) == [(1, 10, "8:50", "12:00", 2.5, 150)]


def test_breaks_and_the_plan_shorten_the_visit_that_they_cut(scene: Scene) -> None:
    serve(scene, ("08:50", "10:10"), ("10:20", "12:20"), breaks=(("10:00", "10:30"),))
    assert lines(scene) == [(1, 10, "8:50", "10:10", 1, 60), (2, 10, "10:20", "12:20", 1.5, 90)]


def test_the_minutes_that_a_limit_withheld_are_missing_at_the_end(db: None) -> None:
    scene = Scene(values={"daily_minutes": 120})
    serve(scene, ("09:00", "10:30"), ("11:00", "12:00"))
    assert lines(scene) == [(1, 10, "9:00", "10:30", 1.5, 90), (2, 10, "11:00", "12:00", 0.5, 30)]


def test_a_visit_of_which_no_minute_counts_has_no_line(scene: Scene) -> None:
    serve(scene, ("08:20", "08:50"), ("09:00", "10:00"), ("11:00", "12:00"))
    assert [line[2] for line in lines(scene)] == ["9:00", "11:00"]


def test_a_form_that_asks_for_no_times_has_one_line_a_record(scene: Scene) -> None:
    serve(scene, ("09:00", "10:05"), ("11:00", "12:05"), plan=("09:00", "13:00"))
    head = ["序号", "姓名", "服务日期", "服务时长", "分钟"]
    assert lines(scene, head) == [(1, 10, 2.1, 130)]


def test_an_overlap_takes_its_minutes_from_the_visit_that_lost_them(scene: Scene) -> None:
    volunteer = scene.volunteer()
    first = scene.activity(("08:00", "10:00"), title="甲")
    second = scene.activity(("09:00", "12:00"), title="乙")
    for activity, visits in ((first, [("08:00", "10:00")]), (second, [("09:00", "10:30"), ("11:00", "12:00")])):
        for came, left in visits:
            scene.scan(volunteer, activity.shifts.get(), "in", moment(came))
            scene.scan(volunteer, activity.shifts.get(), "out", moment(left))
    compute_records(volunteer=volunteer, shift=second.shifts.get(), at=moment("12:00"))
    for activity in (first, second):
        records = list(ServiceRecord.objects.filter(activity=activity))  # flagged ones are confirmed one by one
        confirmation.confirm(activity=activity, by=scene.leading, at=moment("13:00"), records=records)
    notices.end_notices(at=moment("00:05", SATURDAY + dt.timedelta(days=9)))
    assert {line[2:] for line in lines(scene)} == {
        ("8:00", "10:00", 2, 120),
        ("9:00", "10:30", 0.5, 30),
        ("11:00", "12:00", 1, 60),
    }
