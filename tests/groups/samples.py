"""A unit with members, and its link to a coming shift."""

import datetime as dt
from types import SimpleNamespace

from academy.groups.models import GroupLink
from academy.groups.services import links
from academy.people.permissions import DutyRole
from academy.units import services as units
from tests.factories import (
    ActivityFactory,
    CommunityFactory,
    RuleSetFactory,
    UnitFactory,
    UserFactory,
    VolunteerFactory,
)

START = dt.datetime(2026, 1, 10, 1, 0, tzinfo=dt.UTC)
BEFORE = START - dt.timedelta(days=2)


def build(*, capacity: int = 20, places: int = 20) -> SimpleNamespace:
    """Build a community with a worker, a unit with a contact and two members, and a link."""
    home = CommunityFactory(name="花园社区")
    RuleSetFactory(community=home)
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
    unit = UnitFactory(community=home, name="湘江机械厂")
    contact, one, two = (
        VolunteerFactory(community=home, name=name, phone=phone, login=True, at=BEFORE)
        for name, phone in (("张桂兰", "13800000001"), ("李建国", "13800000002"), ("陈静", "13800000003"))
    )
    for person in (contact, one, two):
        units.put_in_unit(volunteer=person, unit=unit, is_contact=person == contact, by=None, at=BEFORE)
    leader = VolunteerFactory(community=home, name="刘伟", login=True, at=BEFORE)
    activity = ActivityFactory(community=home, leader=leader, capacity=capacity, starts_at=START)
    shift, role = activity.shifts.get(), activity.roles.get()
    link = links.make_link(unit=unit, shift=shift, role=role, places=places, by=worker, at=BEFORE)
    assert isinstance(link, GroupLink), link
    return SimpleNamespace(
        home=home,
        worker=worker,
        unit=unit,
        contact=contact,
        one=one,
        two=two,
        leader=leader,
        activity=activity,
        shift=shift,
        role=role,
        link=link,
    )
