"""Matters of the demonstration that wait for a person: each new page of the product has one to show."""

import datetime as dt
import io

import openpyxl
from django.utils import timezone

from academy.activities import changing
from academy.activities.models import Activity, PlanChange
from academy.core.models import Community
from academy.decisions.services import decide
from academy.hours.models import MakeUp, Objection, RecordState, ServiceRecord
from academy.hours.services import make_ups, objections
from academy.people.models import Issuer, User, Volunteer
from academy.people.services import logins, registration
from academy.transfers.models import Upload
from academy.transfers.services import imports
from demo import accounts
from demo.past import CAME_AT_HALF_PAST_EIGHT, LEFT_AT_NOON, LEFT_EARLY, Correction

# Sheet, lines. The dates and times are written as people write them; two lines cannot be imported.
PAST_LISTS = {
    "上半年": (
        ("Y社区志愿服务登记表（{year} 年上半年）",),
        ("姓名", "手机", "日期", "活动", "开始", "结束", "地点", "服务内容"),
        ("李建国", "13900000011", "{year}年3月5日", "学雷锋日便民服务", "9:00", "11:30", "中心花园", "修小家电"),
        ("王秀英", "138 0000 0001", "{year}.3.5", "学雷锋日便民服务", "9:00", "11:00", "中心花园", "登记引导"),
        ("刘䶮", "", "{year}-04-18", "旧书交换", "下午2:30", "下午5:00", "活动中心", "整理图书"),
        ("吴丽华", "", "{year}/4/18", "旧书交换", "14:30", "17:00", "活动中心", "整理图书"),
        ("郑小燕", "13900000015", "{year}年5月", "助老理发", "9:00", "12:00", "12 栋", "引导、打扫"),
    ),
    "下半年": (
        ("姓名", "手机", "日期", "活动", "开始", "结束", "地点", "服务内容"),
        ("孙㛃", "13900000014", "{year}-09-20", "清洁家园", "8:30", "11:00", "45 栋", "清理楼道"),
    ),
}


# Somebody new, to accept; and a volunteer on the roll with a new phone, to join.
MARKED_AT_GATE = (("何桂芳", "13900000031"), ("欧阳明", "13900000032"))


def leave_waiting(community: Community, *, latest: Activity, by: User, at: dt.datetime) -> None:
    """Leave open matters of each kind; `latest` is a past activity whose hours are not confirmed."""
    _ask_for_longer_plan(latest, by=by, at=at - dt.timedelta(days=1))
    _correct_alone(LEFT_AT_NOON, by=by, at=at - dt.timedelta(days=2))
    _ask_to_correct(CAME_AT_HALF_PAST_EIGHT, at=at - dt.timedelta(hours=20))
    contested = _correct_alone(LEFT_EARLY, by=by, at=at - dt.timedelta(weeks=6))
    objection = objections.object_to(
        record=contested,
        reason="他一直值守到 19:30，收桌椅时我也在",
        objector="孙㛃",
        by=by,
        at=at - dt.timedelta(weeks=6) + dt.timedelta(days=3),
    )
    assert isinstance(objection, Objection), objection
    _enter_twice(community, name="吴丽华", by=by, at=at - dt.timedelta(days=3))
    for name, phone in MARKED_AT_GATE:
        marked = registration.register_at_gate(
            community=community, name=name, phone=phone, by=by, at=at - dt.timedelta(days=2)
        )
        assert isinstance(marked, Volunteer), marked
    _upload_past_list(community, by=by, at=at - dt.timedelta(days=1))


def _ask_for_longer_plan(activity: Activity, *, by: User, at: dt.datetime) -> None:
    """Ask to count half an hour more of a shift that is over (H4)."""
    shift = activity.shifts.get()
    shift.ends_at += dt.timedelta(minutes=30)
    activity.shifts = [shift]
    reason = "大家把袋子缝完才走，课堂延到 16:30，当天忘了改时间"
    saved = changing.save_activity(activity=activity, reason=reason, by=by, at=at)
    assert isinstance(saved, changing.SavedActivity) and isinstance(saved.waiting, PlanChange), saved


def _correct_alone(correction: Correction, *, by: User, at: dt.datetime) -> ServiceRecord:
    """Correct effective hours as one person who waited three weeks for a second one (K4, K8).

    Return the new record, which is on notice.
    """
    asked, record = _ask_to_correct(correction, at=at - dt.timedelta(weeks=3))
    answer = "审批人外出，逾期无人答复，向本人核实后单人经办"
    decided = decide(request=asked, by=by, at=at, accepted=True, answer=answer)
    assert isinstance(decided, MakeUp), decided
    return ServiceRecord.objects.get(replaces=record, state=RecordState.ON_NOTICE)


def _ask_to_correct(correction: Correction, *, at: dt.datetime) -> tuple[MakeUp, ServiceRecord]:
    """Ask as the volunteer to correct their record, and return the request and the record."""
    login = logins.login_for(volunteer=Volunteer.objects.get(name=correction.name))
    volunteer = Volunteer.objects.get(name=correction.name)
    record = ServiceRecord.objects.select_related("shift").get(volunteer=volunteer, activity__title=correction.title)
    times = [
        timezone.make_aware(dt.datetime.combine(record.date, dt.time.fromisoformat(text)))
        for text in (correction.came, correction.left)
    ]
    asked = make_ups.ask_make_up(
        volunteer=volunteer,
        shift=record.shift,
        came_at=times[0],
        left_at=times[1],
        reason=correction.reason,
        by=login,
        at=at,
    )
    assert isinstance(asked, MakeUp), asked
    return asked, record


def _enter_twice(community: Community, *, name: str, by: User, at: dt.datetime) -> None:
    """Enter a volunteer again, as happens at a desk, for the list “Perhaps the same person”."""
    known = Volunteer.objects.get(community=community, name=name)
    twice = registration.register_volunteer(
        community=community, name=name, phone=known.phone, by=by, at=at, evidence="演示数据"
    )
    assert isinstance(twice, Volunteer), twice


def _upload_past_list(community: Community, *, by: User, at: dt.datetime) -> None:
    """Hand in a workbook of past service, and confirm its columns: its lines wait to be looked at."""
    year = timezone.localdate(at).year - 2
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, lines in PAST_LISTS.items():
        sheet = workbook.create_sheet(name)
        for line in lines:
            sheet.append([text.format(year=year) for text in line])
    content = io.BytesIO()
    workbook.save(content)
    upload = imports.keep_upload(
        community=community,
        issuer=Issuer.objects.get(community=community),
        leader=Volunteer.objects.get(community=community, name=accounts.INSTRUCTOR.name),
        name=f"{year}年志愿服务登记表.xlsx",
        content=content.getvalue(),
        by=by,
        at=at,
    )
    assert isinstance(upload, Upload), upload
    fields = ("name", "phone", "date", "title", "begins", "ends", "place", "content")
    chosen = imports.choose_columns(
        upload=upload,
        header=2,
        columns={field: place for place, field in enumerate(fields)},
        for_all={"organiser": "Y社区居民委员会"},
        sheet="上半年",
        by=by,
    )
    assert isinstance(chosen, Upload), chosen
