"""Policies, a filed activity that changed since, a dangerous one, and an accident whose clock runs."""

import datetime as dt
from uuid import uuid4

from django.utils import timezone

from academy.accidents import services as accidents
from academy.accidents.accounts import Account
from academy.accidents.models import Accident
from academy.activities import services as activities
from academy.activities.models import Activity, CountsAs, Kind, SignUp, Subject
from academy.core.models import Community
from academy.insurance.models import Filing, Policy, Recipient
from academy.insurance.services import filing
from academy.people.models import Issuer, User, Volunteer
from demo import accounts

OF_YEAR, OF_WATER = "PICC-Y-0731-2026", "PICC-LS-0815"
FILED = "消防通道值守劝导"
LEFT, JOINED = "郑小燕", "李建国"  # after the filing
HURT = "孙㛃"


def add_policies(community: Community, *, at: dt.datetime) -> None:
    """Add the policy of the year, and one for activities at the water. A second call has no effect."""
    first = timezone.localdate(at).replace(month=1, day=1)
    year = {"starts_on": first, "ends_on": timezone.localdate(at) + dt.timedelta(days=365)}
    for number, for_all in ((OF_YEAR, True), (OF_WATER, False)):
        Policy.objects.get_or_create(
            community=community,
            number=number,
            defaults={
                "insurer": "人保财险长沙县支公司",
                "for_all": for_all,
                "claims_telephone": "95518",
                "report_hours": 48,
                "asks_documents": not for_all,
                **year,
            },
        )


def file_coming(community: Community, *, by: User, at: dt.datetime) -> None:
    """File an activity to come, after which one person leaves and another one joins; plan a dangerous one."""
    activity = Activity.objects.filter(community=community, title=FILED).latest("pk")
    shift, role = activity.shifts.get(), activity.roles.get()
    noted = filing.file_activity(
        activity=activity,
        recipient=Recipient.INSURER,
        number="BA-2026-1187",
        filed_on=timezone.localdate(at),
        by=by,
        at=at,
    )
    assert isinstance(noted, Filing), noted
    leaving = SignUp.objects.get(shift=shift, volunteer=_person(community, LEFT), cancelled_at=None)
    activities.cancel_sign_up(sign_up=leaving, by=by, at=at)
    joined = activities.sign_up(volunteer=_person(community, JOINED), shift=shift, role=role, by=by, at=at)
    assert isinstance(joined, SignUp), joined
    _plan_dangerous(community, by=by, at=at)


def record_accident(activity: Activity, *, at: dt.datetime) -> None:
    """Let the leader record a sprained ankle, as long as there is no accident on record."""
    if Accident.objects.filter(activity__community=activity.community_id).exists():
        return
    leader = activity.leader.stays.user
    assert leader is not None
    answer = accidents.record(
        key=uuid4(),
        activity=activity,
        account=Account(
            what="下楼梯时踩空一级，扭了右脚踝，有点肿，能慢慢走",
            place="3 栋一单元楼梯",
            done="坐下休息，冰敷，没有去医院",
            witnesses="同组的刘䶮",
        ),
        hurt=[_person(activity.community, HURT)],
        happened_at=at - dt.timedelta(minutes=30),
        complete=False,
        by=leader,
        at=at,
    )
    assert isinstance(answer, Accident), answer


def _plan_dangerous(community: Community, *, by: User, at: dt.datetime) -> None:
    issuer = Issuer.objects.get(community=community)
    begins = timezone.localtime(at).replace(hour=9, minute=0, second=0, microsecond=0) + dt.timedelta(days=6)
    activity = activities.plan_activity(
        community=community,
        title="河堤清漂",
        kind=Kind.SERVICE,
        subject=Subject.ENVIRONMENT,
        place="社区南侧河堤",
        service_content="在河堤上捞漂浮垃圾，穿救生衣，两人一组",
        leader=Volunteer.objects.get(community=community, name=accounts.INSTRUCTOR.name),
        organiser=issuer.name,
        issuer=issuer,
        shifts=[{"starts_at": begins, "ends_at": begins + dt.timedelta(hours=2), "walk_ins": False}],
        roles=[{"name": "清漂", "counts_as": CountsAs.VOLUNTEER, "capacity": 6}],
        dangerous=True,
        insurance=OF_WATER,
        by=by,
    )
    published = activities.publish_activity(activity=activity, by=by, at=at)
    assert isinstance(published, Activity), published
    role, shift = activity.roles.get(), activity.shifts.get()
    place = activities.sign_up(volunteer=_person(community, "吴丽华"), shift=shift, role=role, by=by, at=at)
    assert isinstance(place, SignUp), place


def _person(community: Community, name: str) -> Volunteer:
    person: Volunteer = Volunteer.objects.filter(community=community, name=name).earliest("pk")
    return person
