"""Classes of the Y community: a run that is over, one that goes on, people on every step."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from academy.advancement import promotions
from academy.checkin.models import Direction
from academy.checkin.services import codes, scanning
from academy.classes.models import AssessedBy, CourseRun
from academy.classes.services import assessing, completing, feedback, running
from academy.classes.standing import CLASS_HOUR
from academy.core.models import Community
from academy.hours.services import confirmation, notices, records
from academy.learning import awards
from academy.learning import services as learning
from academy.learning.attendance import record_attendance
from academy.learning.award_models import Attendance
from academy.learning.models import Course, Tier
from academy.people.models import Issuer, User, Volunteer
from academy.people.services import logins
from academy.units.models import Unit
from academy.venues.models import Venue
from demo import accounts
from demo.groups import SCHOOL
from demo.studying import begin, study

FIRST_AID, GUIDING, ELDERS = "心肺复苏", "呼救与指挥", "关爱长者"
CHECKLIST = ("先敲门、报姓名、说明来意", "一句只说一件事，等对方说完", "发现胸痛、说话含糊，先打 120")
PRACTICAL = (
    "先看环境安全，再叫人：有没有反应、有没有呼吸",
    "指着一个人打 120，指着另一个去拿 AED",
    "按压位置对，胳膊伸直，每分钟 100 到 120 次、5 到 6 厘米深",
    "按压 30 次、吹气 2 口，中断不超过 10 秒",
    "AED：开、贴、离、电，电完马上接着按",
)
HELD = "陪伴技巧班"
LEARNERS = (accounts.VOLUNTEER.name, "李建国", "张桂兰", "刘䶮", "孙㛃")
ABSENT = "刘䶮"  # from the second class
NOT_YET = "孙㛃"  # with one item of the checklist
COMING = ("郑小燕", "吴丽华", "赵淑珍")
WORDS = (
    (accounts.VOLUNTEER.name, 5, "两个人一组练习最有用", "时间再长一点"),
    ("李建国", 4, "", "讲义字大一些"),
)
STEPS = (("李建国", 1), ("张桂兰", 1), ("郑小燕", 2), ("吴丽华", 3))  # who stands on which step


def add_classes(community: Community, *, by: User, at: dt.datetime) -> None:
    """Add the classes once."""
    if CourseRun.objects.filter(course__community=community).exists():
        return
    with transaction.atomic():
        _add(community, by=by, at=at)


def _add(community: Community, *, by: User, at: dt.datetime) -> None:
    elders = Course.objects.filter(community=community, title__startswith=ELDERS).earliest("pk")
    aid = Course.objects.filter(community=community, title__startswith=FIRST_AID).order_by("pk").first() or elders
    _set_checklist(elders, CHECKLIST, by=by, at=at)
    if aid != elders:
        _set_checklist(aid, PRACTICAL, by=by, at=at)
    _name_equivalent(aid, by=by, at=at)
    _let_expire(aid, at=at)
    _hold_past(elders, by=by, at=at)
    _begin(aid if aid != elders else _first_course(community), community, by=by, at=at)
    _climb(community, by=User.objects.get(phone=accounts.ADMINISTRATOR.phone), at=at)


def _name_equivalent(aid: Course, *, by: User, at: dt.datetime) -> None:
    """Let people who cannot kneel or press learn to call and to guide instead (T3)."""
    other = Course.objects.filter(community=aid.community_id, title__endswith=GUIDING).first()
    if other is not None and aid.required:
        answer = awards.set_equivalent(course=other, stands_for=aid, by=by, at=at)
        assert isinstance(answer, Course), answer


def _let_expire(course: Course, *, at: dt.datetime) -> None:
    """Give one person a qualification that ends in six weeks."""
    learnt = at - dt.timedelta(days=365 * (course.valid_years or 0) - 42)
    volunteer, version = _person(course.community, "欧阳明"), learning.current_version(course)
    assert version is not None
    attended = record_attendance(
        volunteer=volunteer,
        course=course,
        source="demo:earlier",
        title=f"{course.title} 秋季班",
        organiser="长沙县红十字会",
        held_on=timezone.localdate(learnt),
        minutes=int(version.class_hours) * CLASS_HOUR,
        at=learnt,
    )
    assert isinstance(attended, Attendance), attended


def _set_checklist(course: Course, items: Sequence[str], *, by: User, at: dt.datetime) -> None:
    assessing.set_assessment(
        course=course, kind=AssessedBy.CHECKLIST, items="\n".join(items), signatures=2, by=by, at=at
    )
    course.refresh_from_db()


def _hold_past(course: Course, *, by: User, at: dt.datetime) -> None:
    """Hold a run of two classes, three and two weeks ago: three complete it, two still lack something."""
    community = course.community
    days = [timezone.localdate(at) - dt.timedelta(days=days) for days in (21, 14)]
    room = Venue.objects.create(
        unit=Unit.objects.get(community=community, name=SCHOOL), name="多功能教室", place="湘龙小学一楼"
    )
    run = running.plan_run(
        course=course,
        title=f"{HELD} 第 1 期",
        instructor=_person(community, accounts.INSTRUCTOR.name),
        issuer=Issuer.objects.get(community=community),
        classes=[(_clock(day, 14), _clock(day, 15)) for day in days],
        places=12,
        venue=room,
        assessors=[_person(community, "吴丽华")],
        by=by,
        at=_clock(days[0], 9) - dt.timedelta(days=5),
    )
    assert isinstance(run, CourseRun), run
    for name in LEARNERS:
        running.join(run=run, volunteer=_person(community, name), by=by, at=_clock(days[0], 9))
    for place, day in enumerate(days):
        for name in (accounts.INSTRUCTOR.name, *LEARNERS):
            if place and name == ABSENT:
                continue
            _scan(run, name, Direction.IN, _clock(day, 14) - dt.timedelta(minutes=4))
            _scan(run, name, Direction.OUT, _clock(day, 15) + dt.timedelta(minutes=2))
    evening = _clock(days[-1], 19)
    _confirm(run, by=by, at=evening)
    run = CourseRun.objects.get(pk=run.pk)
    for assessor in (accounts.INSTRUCTOR.name, "吴丽华"):
        user = _login(community, assessor)
        for name in LEARNERS:
            if name != ABSENT:
                marks = {item: not (name == NOT_YET and item == CHECKLIST[-1]) for item in CHECKLIST}
                assessing.sign(run=run, volunteer=_person(community, name), marks=marks, by=user, at=evening)
    for name, face, liked, wish in WORDS:
        feedback.give_feedback(
            run=run, volunteer=_person(community, name), face=face, liked=liked, wish=wish, at=evening
        )
    completing.look_at_runs(at=evening + dt.timedelta(hours=1))


def _begin(course: Course, community: Community, *, by: User, at: dt.datetime) -> None:
    """Plan a run whose first class was yesterday, and whose others are still to come."""
    yesterday = timezone.localdate(at) - dt.timedelta(days=1)
    version = learning.current_version(course)
    assert version is not None
    count = max(2, -(-int(version.class_hours) * 45 // 90))
    days = [yesterday + dt.timedelta(days=7 * place) for place in range(count)]
    run = running.plan_run(
        course=course,
        title=f"{course.title} 周末班",
        instructor=_person(community, accounts.INSTRUCTOR.name),
        issuer=Issuer.objects.get(community=community),
        classes=[(_clock(day, 9), _clock(day, 10) + dt.timedelta(minutes=30)) for day in days],
        places=20,
        place="社区活动中心二楼",
        assessors=[_person(community, "欧阳明")],
        by=by,
        at=_clock(yesterday, 9) - dt.timedelta(days=9),
    )
    assert isinstance(run, CourseRun), run
    for name in COMING:
        running.join(run=run, volunteer=_person(community, name), by=by, at=_clock(yesterday, 8))
    for name in (accounts.INSTRUCTOR.name, *COMING):
        _scan(run, name, Direction.IN, _clock(yesterday, 9))
        _scan(run, name, Direction.OUT, _clock(yesterday, 10) + dt.timedelta(minutes=30))
    records.sweep_records(at=_clock(yesterday, 19))


def _climb(community: Community, *, by: User, at: dt.datetime) -> None:
    """Put people on every step, and let the volunteer's own promotion wait for its decision."""
    for name, steps in STEPS:
        for place, tier in enumerate(list(Tier)[:steps]):
            awards.award_tier(
                volunteer=_person(community, name),
                tier=tier,
                evidence={"tier": tier, "note": "演示数据"},
                by=by,
                at=at - dt.timedelta(days=200 - 60 * place),
            )
    volunteer = _person(community, accounts.VOLUNTEER.name)
    for course in Course.objects.filter(community=community, tier=Tier.BEGINNER, required=True).order_by("pk"):
        study(volunteer, course, at=at - dt.timedelta(days=9))
    promotions.propose(volunteer=volunteer, at=at - dt.timedelta(days=1))
    for course in _longer(community):
        begin(volunteer, course, at=at - dt.timedelta(hours=20))


def _longer(community: Community) -> list[Course]:
    """Return two courses of the second tier with several lessons, which the volunteer has begun."""
    courses = Course.objects.filter(community=community, tier=Tier.INTERMEDIATE, completions=None).order_by("pk")
    versions = [(course, learning.current_version(course)) for course in courses]
    return [course for course, version in versions if version is not None and len(version.lessons) > 1][:2]


def _confirm(run: CourseRun, *, by: User, at: dt.datetime) -> None:
    records.sweep_records(at=at)
    for confirming in (_login(run.activity.community, accounts.INSTRUCTOR.name), by):
        confirmation.confirm(activity=run.activity, by=confirming, at=at, heads=1 + len(LEARNERS))
    notices.end_notices(at=at)


def _scan(run: CourseRun, name: str, direction: Direction, at: dt.datetime) -> None:
    volunteer = _person(run.activity.community, name)
    answer = scanning.record_scan(
        scan_id=uuid.uuid4(),
        checkpoint=codes.checkpoint_for(run.activity, rotating=False).key,
        code=None,
        volunteer=volunteer,
        operator=volunteer.user,
        direction=direction,
        at=at,
    )
    assert answer.accepted, answer.refusal


def _first_course(community: Community) -> Course:
    return Course.objects.filter(community=community, tier=Tier.BEGINNER).earliest("pk")


def _clock(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), timezone.get_default_timezone())


def _person(community: Community, name: str) -> Volunteer:
    return Volunteer.objects.filter(community=community, name=name).earliest("pk")


def _login(community: Community, name: str) -> User:
    return logins.login_for(volunteer=_person(community, name))
