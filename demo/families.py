"""Families: minors with a consent of the year and a withdrawn one, and an elder with an agent."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from academy.core.models import Community
from academy.families import guardian_services
from academy.families import services as families
from academy.families.models import Agency, GuardianLink
from academy.people.models import User, Volunteer
from academy.people.services import logins, registration

ELDER, ACTS_FOR_HER = "赵淑珍", "郑小燕"  # has no phone; her daughter-in-law


@dataclass(frozen=True)
class Minor:
    name: str
    age: int
    guardian: str
    relation: str
    guardian_phone: str
    withdraws: bool = False


MINORS = (
    Minor("周子涵", 15, "周敏", "母亲", "13900000021"),
    Minor("何雨桐", 12, "何强", "父亲", "13900000022", withdraws=True),
)


def add_families(community: Community, *, by: User, at: dt.datetime) -> None:
    """Register two minors with their guardians' answers, and let a volunteer act for an elder."""
    for minor in MINORS:
        _add_minor(minor, community, by=by, at=at - dt.timedelta(days=20))
    elder, agent = (Volunteer.objects.get(community=community, name=name) for name in (ELDER, ACTS_FOR_HER))
    user = logins.login_for(volunteer=agent)
    agency = families.allow_agent(volunteer=elder, user=user, evidence="服务台，本人签字", by=by, at=at)
    assert isinstance(agency, Agency)


def _add_minor(minor: Minor, community: Community, *, by: User, at: dt.datetime) -> None:
    today = timezone.localdate(at)
    volunteer = registration.register_volunteer(
        community=community,
        name=minor.name,
        phone="",
        birth_date=dt.date(today.year - minor.age, 1, 1),
        by=by,
        at=at,
        evidence=f"登记表，监护人{minor.guardian}签字",
    )
    assert isinstance(volunteer, Volunteer)
    asked = guardian_services.ask_guardian(
        volunteer=volunteer, name=minor.guardian, phone=minor.guardian_phone, by=by, at=at
    )
    assert isinstance(asked, tuple)
    (link, code), later = asked, at + dt.timedelta(hours=3)
    answer = guardian_services.answer(
        code=code, granted=True, name=minor.guardian, relation=minor.relation, digits=link.phone_end, at=later
    )
    assert isinstance(answer, GuardianLink)
    if minor.withdraws:
        guardian_services.withdraw(code=code, activity_id=None, at=later + dt.timedelta(days=7))
