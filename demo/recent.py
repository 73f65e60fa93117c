"""The weeks before this one, as the product kept them, with the cases that a coordinator knows."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image as Canvas
from PIL import ImageDraw

from academy.activities import services as activities
from academy.activities.models import Activity, CountsAs, Role, Shift
from academy.agreements import services as agreements
from academy.agreements.models import Signature
from academy.checkin.models import Direction
from academy.checkin.services import codes, scanning
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.decisions.services import decide
from academy.hours.models import MakeUp, ServiceRecord
from academy.hours.services import confirmation, make_ups, records, roles
from academy.people.models import User, Volunteer
from academy.people.services import logins
from academy.units import services as units
from academy.units.models import Unit
from demo import accounts, holding
from demo.crowd import ADULT, SEED, Crowd
from demo.families import ELDER, MINORS
from demo.groups import EMPLOYER
from demo.past import DemoActivity
from demo.people import VOLUNTEERS

HELPER = "志愿者"
NIGHT_WATCH, LONG_DAY, BESIDE = "平安夜巡", "便民服务日", "垃圾分类宣传"
DANGEROUS, LESSON, MADE_UP, CALLED_OFF = "消防通道晚高峰值守", "长辈手机课堂（秋季班）", "微花园播种", "河道清洁"
COUNCIL, OF_UNIT, SHARED = "街角议事会", "楼道“牛皮癣”清理（单位专场）", "共享单车摆放"
ONE_PHONE = ("黄银秀", "邓维汉")  # a couple
STAYED_ALL_DAY = 2


@dataclass(frozen=True)
class Gathering:
    """An activity of the last months, with the number of people in each role."""

    plan: DemoActivity
    numbers: tuple[int, ...]  # of the roles, in their order
    between: tuple[int, int] = (ADULT, 80)
    buildings: tuple[int, ...] = ()
    regular: bool = False  # the volunteer of the demonstration came too


def _gathering(
    weeks_ago: int,
    weekday: int,
    title: str,
    place: str,
    content: str,
    begins: str,
    ends: str,
    people: int,
    *,
    subject: str,
    kind: str = "service",
    roles: tuple[tuple[str, str, int], ...] = (),
    insurance: str = "",
    between: tuple[int, int] = (ADULT, 80),
    buildings: tuple[int, ...] = (),
    regular: bool = False,
) -> Gathering:
    roles = roles or ((HELPER, CountsAs.VOLUNTEER, people),)
    plan = DemoActivity(
        weeks_ago=weeks_ago,
        weekday=weekday,
        title=title,
        kind=kind,
        subject=subject,
        place=place,
        content=content,
        begins=begins,
        ends=ends,
        roles=tuple((name, counts_as, number + 4) for name, counts_as, number in roles),
        came=(),
        insurance=insurance,
    )
    return Gathering(plan, tuple(number for _name, _as, number in roles), between, buildings, regular)


GATHERINGS = (
    _gathering(
        12, 2, SHARED, "小区北门", "扶正单车，让出盲道", "18:00", "19:00", 6, subject="environment", regular=True
    ),
    _gathering(
        11, 4, COUNCIL, "45 栋架空层", "议电动车充电棚怎么建", "19:30", "21:00", 24, subject="neighbours",
        kind="meeting", roles=(("居民代表", CountsAs.ATTENDEE, 24),), buildings=(45, 47), regular=True,
    ),
    _gathering(
        9, 5, "线下招募日", "社区广场", "摆台介绍项目，登记报名", "09:00", "12:00", 11, subject="neighbours",
        regular=True,
    ),
    _gathering(
        8, 1, "店外经营文明劝导", "湘龙路商铺", "劝导商铺不占道", "16:00", "18:00", 7, subject="environment",
        between=(50, 80), regular=True,
    ),
    _gathering(
        7, 5, OF_UNIT, "43 栋、44 栋楼道", "清理小广告，粉刷墙面", "09:00", "11:00", 15, subject="environment",
        between=(22, 55),
    ),
    _gathering(
        6, 4, NIGHT_WATCH, "全小区", "巡楼道、查消防器材、劝返夜归少年", "22:00", "25:00", 6, subject="safety",
        between=(25, 60), regular=True,
    ),
    _gathering(
        5, 6, LONG_DAY, "社区广场", "义诊引导、修小家电、磨刀、配钥匙", "08:00", "17:00", 13, subject="neighbours",
        regular=True,
    ),
    _gathering(
        4, 2, LESSON, "社区活动中心二楼", "教长辈扫码、挂号、视频通话", "14:30", "16:00", 16, kind="training",
        subject="learning", between=(30, 80),
        roles=(("授课", CountsAs.INSTRUCTOR, 1), ("助教", CountsAs.ASSISTANT, 3), ("学员", CountsAs.LEARNER, 12)),
    ),
    _gathering(4, 6, "旧物交换", "中心花园", "登记、摆台、引导", "09:00", "11:00", 9, subject="environment"),
    _gathering(
        4, 6, BESIDE, "45 栋桶点", "讲分类、发日历", "10:00", "12:00", 10, subject="environment", regular=True
    ),
    _gathering(
        2, 1, MADE_UP, "47 栋旁空地", "翻土、播种、立牌", "09:00", "11:00", 12, subject="environment",
        buildings=(45, 47), regular=True,
    ),
    _gathering(
        2, 3, DANGEROUS, "小区东门消防通道", "劝导车辆不占用消防通道", "17:30", "19:30", 5, subject="safety",
        insurance="PICC-2026-000731", between=(20, 65),
    ),
)  # fmt: skip
CANCELLED = _gathering(
    3, 6, CALLED_OFF, "捞刀河岸", "捡拾垃圾、清理漂浮物", "08:30", "11:00", 12, subject="environment"
)


@dataclass(frozen=True)
class _Presence:
    volunteer: Volunteer
    role: Role
    came: dt.datetime
    left: dt.datetime


def hold_recent(community: Community, *, regular: Volunteer, by: User, at: dt.datetime) -> None:
    """Hold the activities of the last months, and call one off."""
    crowd = Crowd(community, today=timezone.localdate(at))
    for gathering in GATHERINGS:
        _hold(gathering, crowd, community=community, regular=regular, by=by, at=at)
    _call_off(crowd, community=community, by=by, at=at)


def _hold(
    gathering: Gathering, crowd: Crowd, *, community: Community, regular: Volunteer, by: User, at: dt.datetime
) -> None:
    plan = gathering.plan
    activity = holding.plan(plan, community=community, by=by, at=at)
    present = list(_present(gathering, crowd, activity, regular=regular, at=at))
    if plan.title == OF_UNIT:
        _join_unit(activity, present, by=by)
    login = _owner_of_the_phone(community) if plan.title == SHARED else None
    if plan.insurance:
        _sign_agreement([one.volunteer for one in present], activity, by=by)
    for one in present:
        holding.sign_up(activity, one.volunteer, one.role, by=by)
        for direction, moment in ((Direction.IN, one.came), (Direction.OUT, one.left)):
            if one.volunteer.name == ELDER:
                holding.show_card(activity, one.volunteer, direction, moment, by=by)
            else:
                shared = login if one.volunteer.name in ONE_PHONE else None
                holding.scan(activity, one.volunteer, direction, moment, operator=shared)
    if plan.title == DANGEROUS:
        _refuse_minor(activity, community)
    evening = holding.clock(holding.day_of(plan, at))(plan.ends) + dt.timedelta(hours=4)
    _count(present, shift=activity.shifts.get(), at=evening)
    holding.confirm(activity, heads=len(present), by=(by,), at=evening, evaluated=True)
    if plan.title == MADE_UP:
        _make_up(activity, crowd, present, by=by)


def _sign_agreement(people: list[Volunteer], activity: Activity, *, by: User) -> None:
    """Record the agreement that those who have not signed it yet signed on paper, days before (A3)."""
    agreement = agreements.agreement_in_force(activity.community_id)
    assert agreement is not None
    signed = set(agreement.signatures.filter(volunteer__in=people).values_list("volunteer", flat=True))
    at = activity.shifts.get().starts_at - dt.timedelta(days=4)
    for person in people:
        if person.pk not in signed:
            signature = agreements.record_paper(
                agreement=agreement,
                volunteer=person,
                signed_on=timezone.localdate(at),
                photo=SimpleUploadedFile("协议书.png", _paint_sheet(), "image/png"),
                by=by,
                at=at,
            )
            assert isinstance(signature, Signature), signature


def _count(present: list[_Presence], *, shift: Shift, at: dt.datetime) -> None:
    """Count the hours of that evening: the neighbours at once, people with later scans by themselves."""
    named = {person.name for person in VOLUNTEERS}
    by_themselves = [(one.volunteer.pk, shift.pk) for one in present if one.volunteer.name in named]
    records.compute_each(by_themselves, at=at)
    neighbours = [one.volunteer.pk for one in present if one.volunteer.name not in named]
    records.compute_many(volunteers=neighbours, since=timezone.localdate(shift.starts_at), at=at)


def _present(
    gathering: Gathering, crowd: Crowd, activity: Activity, *, regular: Volunteer, at: dt.datetime
) -> Iterator[_Presence]:
    """Yield who came, with the minutes at which they scanned."""
    plan, chance = gathering.plan, random.Random(f"{SEED} {gathering.plan.title}")
    moment = holding.clock(holding.day_of(plan, at))
    begins, ends = moment(plan.begins), moment(plan.ends)
    people = _people(gathering, crowd, activity.community)
    for role, number in zip(activity.roles.order_by("pk"), gathering.numbers, strict=True):
        named = [regular] if gathering.regular else []
        if role.counts_as == CountsAs.LEARNER:
            named = [Volunteer.objects.get(community=activity.community, name=ELDER)]
        for place, volunteer in enumerate((*named, *(next(people) for _place in range(number)))):
            came = begins + dt.timedelta(minutes=chance.randint(-14, 4))
            left = ends + dt.timedelta(minutes=chance.randint(-3, 9))
            if plan.title == LONG_DAY and place >= STAYED_ALL_DAY:  # mornings and afternoons
                if place % 2:
                    left = moment("12:00") + dt.timedelta(minutes=chance.randint(-8, 5))
                else:
                    came = moment("13:00") + dt.timedelta(minutes=chance.randint(-9, 9))
            yield _Presence(volunteer, role, came, left)


def _people(gathering: Gathering, crowd: Crowd, community: Community) -> Iterator[Volunteer]:
    """Yield the people who came, without those who were elsewhere at that time, but for one of them."""
    title, number = gathering.plan.title, sum(gathering.numbers)
    youngest, oldest = gathering.between
    if title == SHARED:
        couple = Volunteer.objects.filter(community=community, name__in=ONE_PHONE)
        yield from couple.order_by("number")
    drawn = crowd.draw(title, 2 * number, youngest=youngest, oldest=oldest, buildings=gathering.buildings)
    busy: set[int] = set()
    if title == BESIDE:
        elsewhere = Volunteer.objects.filter(sign_ups__shift__activity__title="旧物交换").order_by("number")
        busy = set(elsewhere.values_list("pk", flat=True))
        yield elsewhere[0]  # both activities have her for an hour (H5)
    yield from (one.volunteer for one in drawn if one.volunteer.pk not in busy and one.volunteer.name not in ONE_PHONE)


def _owner_of_the_phone(community: Community) -> User:
    return logins.login_for(volunteer=Volunteer.objects.get(community=community, name=ONE_PHONE[0]))


def _join_unit(activity: Activity, present: list[_Presence], *, by: User) -> None:
    """Make those who came members of the employer, whose people they are."""
    unit = Unit.objects.get(community=activity.community, name=EMPLOYER)
    day = present[0].came - dt.timedelta(days=10)
    for one in present:
        units.put_in_unit(volunteer=one.volunteer, unit=unit, since=day.date(), by=by, at=day)


def _refuse_minor(activity: Activity, community: Community) -> None:
    """Let a minor try the poster of a dangerous activity: the gate refuses it and keeps the scan (N3)."""
    minor = Volunteer.objects.get(community=community, name=MINORS[0].name)
    answer = scanning.record_scan(
        scan_id=uuid4(),
        checkpoint=codes.checkpoint_for(activity, rotating=False).key,
        code=None,
        volunteer=minor,
        operator=None,
        direction=Direction.IN,
        at=activity.shifts.get().starts_at,
    )
    assert answer.refusal is not None and answer.refusal.code == "minor_not_allowed", answer


def _make_up(activity: Activity, crowd: Crowd, present: list[_Presence], *, by: User) -> None:
    """Let two people ask for times without a scan: one in time, decided; one too late, waiting (K9)."""
    there = {one.volunteer.pk for one in present}
    forgot = [one.volunteer for one in crowd.draw("补录", 40) if one.volunteer.pk not in there][:2]
    shift = activity.shifts.get()
    for volunteer, days in zip(forgot, (6, 9), strict=True):
        login = logins.login_for(volunteer=volunteer)
        volunteer.refresh_from_db()
        asked = make_ups.ask_make_up(
            volunteer=volunteer,
            shift=shift,
            came_at=shift.starts_at,
            left_at=shift.ends_at,
            reason="手机没电，没有扫码，签到表上有我的签字",
            by=login,
            at=shift.ends_at + dt.timedelta(days=days),
            witness=present[0].volunteer,
            evidence=[SimpleUploadedFile("签到表.png", _paint_sheet(), "image/png")],
        )
        assert isinstance(asked, MakeUp), asked
        if days == 6:
            moment = asked.asked_at + dt.timedelta(days=1)
            approver = User.objects.get(phone=accounts.ADMINISTRATOR.phone)
            answer = decide(request=asked, by=approver, at=moment, accepted=True, answer="与签到表核对一致")
            assert isinstance(answer, MakeUp), answer
            named = roles.name_role(volunteer=volunteer, shift=shift, role=activity.roles.get(), by=by, at=moment)
            assert not isinstance(named, Refusal), named  # without a place no role is known
            made_up = ServiceRecord.objects.live().of(volunteer).filter(shift=shift)  # flagged, so each is named
            confirmed = confirmation.confirm(activity=activity, by=by, at=moment, records=made_up)
            assert not isinstance(confirmed, Refusal), confirmed


def _paint_sheet() -> bytes:
    """Paint a signed sheet: lines, and no writing of a real person."""
    canvas = Canvas.new("L", (320, 220), 250)
    draw = ImageDraw.Draw(canvas)
    for row in range(8):
        draw.line([(16, 24 + 26 * row), (304, 24 + 26 * row)], fill=120)
        draw.line([(180 + 7 * row % 23, 40 + 26 * row), (230, 32 + 26 * row), (262, 42 + 26 * row)], fill=40, width=2)
    file = BytesIO()
    canvas.save(file, "PNG")
    return file.getvalue()


def _call_off(crowd: Crowd, *, community: Community, by: User, at: dt.datetime) -> None:
    """Plan an activity to which people signed up, and cancel it the evening before for a storm."""
    activity = holding.plan(CANCELLED.plan, community=community, by=by, at=at)
    role = activity.roles.get()
    for one in crowd.draw(CALLED_OFF, CANCELLED.numbers[0]):
        holding.sign_up(activity, one.volunteer, role, by=by)
    evening = activity.shifts.get().starts_at - dt.timedelta(hours=14)
    cancelled = activities.cancel_activity(activity=activity, by=by, at=evening)
    assert isinstance(cancelled, Activity), cancelled
