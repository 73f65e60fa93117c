"""Units of the Y community: a school, an employer with double report, and a dance group."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from academy.activities.models import Activity
from academy.advancement import services as advancement
from academy.advancement.models import UnitCommendation
from academy.core.models import Community
from academy.groups.models import Acceptance, GroupLink, HeadsOfUnit
from academy.groups.services import heads, links
from academy.people.models import Consent, User, Volunteer
from academy.units import services as units
from academy.units.models import Registration, Team, TeamPeriod, Unit, UnitKind
from academy.venues import services as venues
from academy.venues.models import Booking, Venue
from demo import accounts

SCHOOL = "湘龙小学"
EMPLOYER = "星城物业服务公司"
DANCERS = "夕阳红广场舞队"
ASKED_TO = "中心花园清洁日"
BY_LINK = ("郑小燕", "13900000015")

# Unit, contact first, and the other members.
MEMBERS = {
    SCHOOL: ("孙㛃",),
    EMPLOYER: ("吴丽华", "刘䶮", "郑小燕"),
    DANCERS: (accounts.VOLUNTEER.name, "张桂兰", "赵淑珍"),
}


def add_units(community: Community, *, past: Activity, by: User, at: dt.datetime) -> None:
    """Add the units once: members, team, contribution, praise, booking, a yes by a link, a head count."""
    if Unit.objects.filter(community=community).exists():
        return
    with transaction.atomic():
        _add(community, past=past, by=by, at=at)


def _add(community: Community, *, past: Activity, by: User, at: dt.datetime) -> None:
    school = Unit.objects.create(
        community=community, name=SCHOOL, offers="操场、教室", credit_code="12430121Y00000001A"
    )
    employer = Unit.objects.create(community=community, name=EMPLOYER, offers="工具、人手", reports_back=True)
    dancers = Unit.objects.create(
        community=community,
        name=DANCERS,
        kind=UnitKind.ORGANISATION,
        registration=Registration.FILED,
        offers="文艺表演",
        needs="晚上的排练场地",
    )
    for unit in (school, employer, dancers):
        for name in MEMBERS[unit.name]:
            units.put_in_unit(
                volunteer=_person(community, name),
                unit=unit,
                is_contact=name == MEMBERS[unit.name][0],
                by=by,
                at=at,
            )
    team = Team.objects.create(unit=employer, name="物业志愿服务队")
    joined = units.join_team(volunteer=_person(community, "刘䶮"), team=team, by=by, at=at - dt.timedelta(days=300))
    assert isinstance(joined, TeamPeriod)
    today = timezone.localdate(at)
    units.record_contribution(
        unit=school,
        kind="venue",
        word="操场借用一个学期",
        since=today - dt.timedelta(days=90),
        until=today,
        by=by,
        at=at,
    )
    agreed = units.answer_for_employer(
        volunteer=_person(community, "刘䶮"), unit=employer, granted=True, evidence="演示数据", by=by, at=at
    )
    assert isinstance(agreed, Consent)
    praised = advancement.commend_unit(
        unit=dancers,
        title="优秀社区社会组织",
        text="重阳节敬老演出，陪近百位老人过节",
        given_on=today - dt.timedelta(days=40),
        by=by,
        at=at,
    )
    assert isinstance(praised, UnitCommendation)
    counted = heads.count_heads(unit=school, shift=past.shifts.latest("starts_at"), people=15, by=by, at=at)
    assert isinstance(counted, HeadsOfUnit)
    _book(school, dancers, by=by, at=at)
    _ask(employer, by=by, at=at)


def _book(school: Unit, dancers: Unit, *, by: User, at: dt.datetime) -> None:
    """Book the school's yard for the dance group, in three days from 19:00 to 20:30."""
    yard = Venue.objects.create(unit=school, name="操场", place="湘龙小学校内", note="晚上开东门，联系门卫")
    evening = timezone.localtime(at).replace(hour=19, minute=0, second=0, microsecond=0) + dt.timedelta(days=3)
    booked = venues.book(
        venue=yard,
        unit=dancers,
        starts_at=evening,
        ends_at=evening + dt.timedelta(minutes=90),
        purpose="排练社区春晚节目",
        by=by,
        at=at,
    )
    assert isinstance(booked, Booking)


def _ask(employer: Unit, *, by: User, at: dt.datetime) -> None:
    """Ask the employer to a coming activity by a link; one member accepts by it."""
    activity = Activity.objects.filter(community=employer.community, title=ASKED_TO).latest("pk")
    link = links.make_link(
        unit=employer,
        shift=activity.shifts.earliest("starts_at"),
        role=activity.roles.earliest("pk"),
        places=10,
        by=by,
        at=at,
    )
    assert isinstance(link, GroupLink)
    name, phone = BY_LINK
    accepted = links.accept(link=link, name=name, phone=phone, at=at)
    assert isinstance(accepted, Acceptance)


def _person(community: Community, name: str) -> Volunteer:
    return Volunteer.objects.filter(community=community, name=name).earliest("pk")
