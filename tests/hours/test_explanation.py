"""The sentences on a record's page: true in each case, in the reader's language."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from academy.activities.models import Shift
from academy.decisions.services import decide
from academy.hours import explanation
from academy.hours.models import DailyApproval, Overtime, ServiceRecord
from academy.hours.services import approvals, confirmation
from academy.people.permissions import DutyRole
from tests.factories import UserFactory, compute_records
from tests.hours.scene import SATURDAY, Scene, moment
from tests.pages import text_of

pytestmark = pytest.mark.slow
MONDAY = dt.date(2026, 1, 5)


def said(record: ServiceRecord, language: str = "zh-hans") -> str:
    """Return the remarks and steps of a record, as its page shows them."""
    record.refresh_from_db()
    with translation.override(language):
        shown = explanation.explain(record, record.flags)
        return " ".join([*shown["flags"], *(step["sentence"] for step in shown["steps"])])


def approve(scene: Scene, volunteer, minutes: int) -> None:
    asked = approvals.ask_daily_approval(
        volunteer=volunteer, date=SATURDAY, minutes=minutes, reason="长活动", by=scene.leading, at=moment("21:00")
    )
    assert isinstance(asked, DailyApproval), asked
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    decided = decide(request=asked, by=approver, at=moment("21:30"), accepted=True, answer="同意")
    assert isinstance(decided, DailyApproval), decided


def test_h4_a_day_without_approval_names_its_limit_and_the_way_to_more(scene):
    (record,) = scene.attend(scene.volunteer(), scene.activity(("08:00", "20:30")).shifts.get(), "08:30", "20:30")
    assert "当天 8 小时的上限已用完。经另一人批准，最多可以计到 12 小时。" in said(record)
    assert "The limit of 8 hours for this day is reached. More, up to 12 hours, counts only if" in said(record, "en")


def test_h4_with_twelve_hours_approved_nobody_can_approve_more(scene):
    shift = scene.activity(("08:00", "14:00"), ("14:00", "21:00"))
    volunteer = scene.volunteer()
    first, second = shift.shifts.order_by("starts_at")
    scene.attend(volunteer, first, "08:00", "14:00")
    scene.attend(volunteer, second, "14:00", "21:00")
    approve(scene, volunteer, 720)
    record = compute_records(volunteer=volunteer, shift=second, at=moment("22:00"))[-1]
    assert (record.minutes, record.flags) == (360, ["daily_cap"])
    assert "当天 12 小时的上限已用完，超出的时间一律不计（H4）。" in said(record)
    assert "批准" not in said(record)
    assert "More never counts (H4)." in said(record, "en")


def test_h6_a_visit_of_more_than_twelve_hours_names_them(scene):
    shift = scene.activity(("07:00", "21:00")).shifts.get()
    (record,) = scene.attend(scene.volunteer(), shift, "07:30:00", "19:30:01")
    assert record.flags == ["missing_check_in", "missing_check_out"]
    text = said(record)
    assert "7:30 签到，19:30:01 签退，超过 12 小时。一次最长不超过 12 小时（H6）" in text
    assert "没有" not in text.replace("没有成对", ""), "both scans are there"
    assert "From the check-in at 7:30 to the check-out at 19:30:01 it is more than 12 hours." in said(record, "en")


def test_h6_twelve_hours_sharp_are_a_visit(scene):
    shift = scene.activity(("07:00", "21:00")).shifts.get()
    (record,) = scene.attend(scene.volunteer(), shift, "07:30", "19:30")
    assert record.flags == ["daily_cap"]


def test_h6_over_midnight_both_days_name_the_same_visit(scene):
    shift = scene.activity(("20:00", "33:30")).shifts.get()
    records = scene.attend(scene.volunteer(), shift, "20:00", "33:00")
    assert [record.flags for record in records] == [["missing_check_out"], ["missing_check_in"]]
    assert all("20:00 签到，次日 9:00 签退，超过 12 小时。" in said(record) for record in records)


def test_h6_who_only_came_reads_that_the_check_out_is_missing(scene):
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:00"))
    (record,) = compute_records(volunteer=volunteer, shift=shift, at=moment("16:00"))
    assert "有一次签到没有签退" in said(record) and "当天没有成对的签到和签退：0 分钟。" in said(record)
    assert "12 小时" not in said(record)


def test_c3_many_visits_are_not_said_to_count_when_other_clauses_take_them_away(scene):
    volunteer, shift = scene.volunteer(), scene.activity(("09:00", "12:00")).shifts.get()
    for minute in range(0, 16, 4):
        records = scene.attend(volunteer, shift, f"09:{minute:02}", f"09:{minute + 3:02}")
    assert records[-1].flags == ["below_minimum", "too_many_visits"] and records[-1].minutes == 0
    assert "不因此扣减时长" in said(records[-1]) and "都计入" not in said(records[-1])


def test_h5_time_of_settled_hours_is_not_called_an_earlier_check_in(scene):
    volunteer = scene.volunteer()
    scene.serve(volunteer, "09:00", "12:00")
    shift = scene.activity(("08:00", "11:00")).shifts.get()
    (record,) = [one for one in scene.attend(volunteer, shift, "08:00", "11:00") if one.shift_id == shift.pk]
    assert (record.minutes, record.flags) == (60, ["overlap"])
    assert "已生效或公示中的时长" in said(record) and "先签到" not in said(record)
    assert "settled hours of another activity" in said(record, "en")


def test_h5_between_open_records_the_earlier_check_in_is_named(scene):
    volunteer = scene.volunteer()
    scene.attend(volunteer, scene.activity(("09:00", "12:00")).shifts.get(), "09:00", "12:00")
    shift = scene.activity(("10:00", "13:00")).shifts.get()
    record = next(one for one in scene.attend(volunteer, shift, "10:00", "13:00") if one.shift_id == shift.pk)
    assert "先签到" in said(record)


def test_h4_a_day_with_settled_hours_says_how_many(scene):
    volunteer = scene.volunteer()
    scene.serve(volunteer, "12:00", "19:00")
    shift = scene.activity(("08:00", "12:00")).shifts.get()
    record = next(one for one in scene.attend(volunteer, shift, "08:00", "12:00") if one.shift_id == shift.pk)
    assert (record.minutes, record.flags) == (60, ["daily_cap"])
    assert "当天已有 420 分钟确认过，先计这部分。" in said(record)
    assert "当天已有 420 分钟确认过，超过每日上限" in said(record)


def test_the_volunteer_the_leader_and_the_desk_read_the_same_sentence(scene):
    volunteer = scene.volunteer(login=True)
    shift = scene.activity(("07:00", "21:00")).shifts.get()
    (record,) = scene.attend(volunteer, shift, "07:30:00", "19:30:01")
    sentence = "7:30 签到，19:30:01 签退，超过 12 小时"
    for user, address in (
        (volunteer.user, f"/my/records/{record.pk}/"),
        (scene.leading, f"/lead/{shift.activity_id}/records/{record.pk}/"),
        (scene.social_worker, f"/admin/service_record/inspect/{record.pk}/"),
    ):
        client = Client()
        client.force_login(user)
        with time_machine.travel(moment("20:00") + dt.timedelta(hours=1)):
            assert sentence in text_of(client.get(address)), address


def test_h6_a_list_names_the_missing_scan_or_leaves_both_possible(scene):
    """Lists read no scans: where a visit may be too long, their sentence says so."""
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:00"))
    (came,) = compute_records(volunteer=volunteer, shift=shift, at=moment("16:00"))
    (long,) = scene.attend(scene.volunteer("李晓梅"), scene.activity(("07:00", "21:00")).shifts.get(), "07:30", "19:31")
    with translation.override("en"):
        assert explanation.remarks_of(came, came.flags) == [
            "A check-in has no check-out. Its time does not count until the leader or a make-up entry puts it right."
        ]
        assert all("(H6)" in remark for remark in explanation.remarks_of(long, long.flags))


@pytest.mark.parametrize(("alone", "day"), [(False, "1月15日"), (True, "1月18日")])
def test_k4_the_page_of_a_record_says_longer_only_where_it_is(scene, alone, day):
    volunteer, activity = scene.volunteer(login=True), scene.activity()
    asked = approvals.ask_overtime(
        shift=activity.shifts.get(), until=moment("14:00"), reason="人多", by=scene.leading, at=moment("10:00", MONDAY)
    )
    by = scene.social_worker if alone else UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    decided = decide(request=asked, by=by, at=moment("08:30"), accepted=True, answer="两天无人答复")
    assert isinstance(decided, Overtime), decided
    (record,) = scene.attend(volunteer, Shift.objects.get(), "09:00", "14:00")
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("14:30"), records=[record])
    client = Client()
    client.force_login(volunteer.user)
    with time_machine.travel(moment("15:00"), tick=False):
        page = text_of(client.get(f"/my/records/{record.pk}/"))
    assert ("公示时间更长" in page) is alone and day in page
