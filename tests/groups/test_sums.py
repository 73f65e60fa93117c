"""Sums of units: of the members' own effective records alone (G1–G3)."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from academy.groups import sums
from academy.groups.models import HeadsOfUnit
from academy.groups.services import heads
from academy.people.services import merging
from academy.units import services as units
from academy.units.models import Team, UnitMembership
from tests.factories import ActivityFactory, UnitFactory, VolunteerFactory, effective_record
from tests.groups.samples import BEFORE, START, build

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.both]

YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))


@pytest.fixture
def group():
    with time_machine.travel(BEFORE, tick=False):
        return build()


def figures(unit):
    one = sums.figures_of([unit], *YEAR)[unit.pk]
    return one.people, one.attendances, one.service, one.nameless


def test_a_units_hours_are_the_sum_of_its_members_own_records(group):
    effective_record(group.one, group.shift)
    effective_record(group.two, group.shift)
    effective_record(group.leader, group.shift)  # no member
    second = ActivityFactory(
        community=group.home,
        leader=group.leader,
        starts_at=START + dt.timedelta(days=7),
        ends_at=START + dt.timedelta(days=7, hours=2),
    )
    effective_record(group.one, second.shifts.get())

    assert figures(group.unit) == (2, 3, 180 + 180 + 120, 0)


def test_people_without_names_are_person_times_and_no_hours(group):
    heads.count_heads(unit=group.unit, shift=group.shift, people=15, by=group.leader.user, at=START)
    heads.count_heads(unit=group.unit, shift=group.shift, people=12, by=group.leader.user, at=START)

    assert figures(group.unit) == (0, 0, 0, 12)
    assert HeadsOfUnit.objects.count() == 2


def test_a_count_is_a_fact(group):
    heads.count_heads(unit=group.unit, shift=group.shift, people=15, by=group.leader.user, at=START)

    with pytest.raises(DatabaseError), transaction.atomic():
        HeadsOfUnit.objects.update(people=150)


def test_only_the_leader_counts_and_only_units_of_the_community(group):
    counted = {"shift": group.shift, "people": 3, "at": START}

    with pytest.raises(PermissionDenied):
        heads.count_heads(unit=group.unit, by=group.contact.user, **counted)
    assert heads.count_heads(unit=UnitFactory(), by=group.leader.user, **counted).code == "foreign_unit"
    assert (
        heads.count_heads(unit=group.unit, by=group.leader.user, **counted | {"people": 2001}).code == "bad_unit_heads"
    )


def test_a_record_belongs_to_one_team(group):
    first, second = (Team.objects.create(unit=group.unit, name=name) for name in ("一队", "二队"))
    units.join_team(volunteer=group.one, team=first, by=None, at=BEFORE)
    effective_record(group.one, group.shift)
    units.join_team(volunteer=group.one, team=second, by=None, at=START + dt.timedelta(days=1))

    of_teams = sums.figures_of_teams(group.unit, *YEAR)

    assert [(team.name, one.people, one.service) for team, one in of_teams] == [("一队", 1, 180), ("二队", 0, 0)]


def test_the_records_of_a_merged_entry_count_for_the_member(group):
    twin = VolunteerFactory(community=group.home, name="李建国")
    effective_record(twin, group.shift)

    merging.merge(volunteer=twin, into=group.one, by=group.worker, at=START + dt.timedelta(days=1))

    assert figures(group.unit)[:3] == (1, 1, 180)


def test_records_outside_of_the_membership_are_not_the_units(group):
    effective_record(group.one, group.shift)
    membership = group.one.unit_memberships.get()
    day = START.date()
    for since, until, people in (
        (day, None, 1),
        (day + dt.timedelta(days=1), None, 0),
        (None, day + dt.timedelta(days=1), 1),
        (None, day, 0),
    ):
        UnitMembership.objects.filter(pk=membership.pk).update(since=since, until=until)
        assert figures(group.unit)[0] == people, (since, until)


def test_a_record_of_a_member_who_came_back_counts_once(group):
    effective_record(group.one, group.shift)
    group.one.unit_memberships.update(until=START.date() + dt.timedelta(days=5))
    units.put_in_unit(volunteer=group.one, unit=group.unit, by=None, at=START)

    assert figures(group.unit)[:2] == (1, 1)
