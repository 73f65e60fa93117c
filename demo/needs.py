"""A role that asks for first aid: one person fits, one is refused, one has an exception."""

import datetime as dt

from django.utils import timezone

from academy.activities import private_details
from academy.activities import services as activities
from academy.activities.models import Activity, SignUp
from academy.activities.needs import exceptions
from academy.activities.needs.exception_models import NeedException
from academy.activities.needs.reasons import Unfit
from academy.core.models import Community
from academy.learning.models import Course
from academy.people.models import Issuer, User, Volunteer
from academy.people.services import logins
from demo import accounts
from demo.classes import FIRST_AID

TITLE = "敬老健步走急救保障"
FITS, EXCEPTED, ASKS = "欧阳明", "吴丽华", "孙㛃"
WHY = "退休前是卫生院护士，急救证今年刚过期，已报下一期复训"
WISH = "我在单位学过心肺复苏，有证书照片"
VISIT, AT_HOME = "上门为长者理发", "12 栋 2 单元门禁 2580#，家属刘女士 13900000021。老人耳背，敲门重一点。"
AT_GATE = "便民箱钥匙在一楼值班室，密码 1209；值班电话 0731-84000001。"


def add_needs(community: Community, *, running: Activity, by: User, at: dt.datetime) -> None:
    """Plan the activity, unless one is still to come; write the private details of two others."""
    for activity, text in ((running, AT_GATE), (_visit(community, at), AT_HOME)):
        if activity is not None:
            private_details.write(activity=activity, text=text, by=by, at=at)
    coming = Activity.objects.in_communities([community]).upcoming(at).filter(title=TITLE)
    course = Course.objects.filter(community=community, title__startswith=FIRST_AID).order_by("pk").first()
    if course is not None and not coming.exists():
        _plan(community, course, by=by, at=at)


def _visit(community: Community, at: dt.datetime) -> Activity | None:
    visits = Activity.objects.in_communities([community]).upcoming(at)
    return visits.filter(title=VISIT, shifts__starts_at__gt=at).first()


def _plan(community: Community, course: Course, *, by: User, at: dt.datetime) -> None:
    issuer = Issuer.objects.get(community=community)
    day = timezone.localdate(at) + dt.timedelta(days=6)
    starts_at, ends_at = (
        dt.datetime.combine(day, dt.time(hour, 30), timezone.get_default_timezone()) for hour in (8, 11)
    )
    activity = activities.plan_activity(
        community=community,
        title=TITLE,
        kind="service",
        subject="health",
        place="湘龙公园环湖步道",
        service_content="陪长者健步走，沿途急救保障和引导",
        leader=_person(community, accounts.INSTRUCTOR.name),
        organiser=issuer.name,
        issuer=issuer,
        shifts=[{"starts_at": starts_at, "ends_at": ends_at, "walk_ins": True}],
        roles=[
            {"name": "急救员", "counts_as": "volunteer", "capacity": 4, "courses": [course]},
            {
                "name": "沿途引导",
                "counts_as": "volunteer",
                "capacity": 10,
                "min_age": 14,
                "max_age": 75,
                "practicum": True,
                "practicum_of": course,
            },
        ],
        terms={
            "meeting_point": "社区活动中心门口，8:10 一起出发",
            "cost": "公交自理，往返 4 元",
            "minors_until": dt.time(20),
        },
        by=by,
    )
    activities.publish_activity(activity=activity, by=by, at=at)
    shift, role = activity.shifts.get(), activity.roles.order_by("pk")[0]
    assert isinstance(_sign_up(community, FITS, activity, by=by, at=at), SignUp)
    assert isinstance(_sign_up(community, accounts.VOLUNTEER.name, activity, by=by, at=at), Unfit)
    made = exceptions.make(volunteer=_person(community, EXCEPTED), shift=shift, role=role, reason=WHY, by=by, at=at)
    assert isinstance(made, NeedException), made
    assert isinstance(_sign_up(community, EXCEPTED, activity, by=by, at=at), SignUp)
    asking = _person(community, ASKS)
    asked = exceptions.ask(
        volunteer=asking, shift=shift, role=role, reason=WISH, by=logins.login_for(volunteer=asking), at=at
    )
    assert isinstance(asked, NeedException), asked


def _sign_up(community: Community, name: str, activity: Activity, *, by: User, at: dt.datetime) -> object:
    shift, role = activity.shifts.get(), activity.roles.order_by("pk")[0]
    return activities.sign_up(volunteer=_person(community, name), shift=shift, role=role, by=by, at=at)


def _person(community: Community, name: str) -> Volunteer:
    return Volunteer.objects.filter(community=community, name=name, merged_into=None).earliest("pk")
