"""Sums of units and teams: of their members' own effective records alone (G1–G3)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils import timezone

from academy.activities.models import Shift
from academy.groups.models import HeadsOfUnit
from academy.hours.models import Category, ServiceRecord
from academy.units.models import Team, TeamPeriod, Unit, UnitMembership


class _Record(NamedTuple):
    person: int
    date: dt.date
    minutes: int
    category: str
    activity: int


@dataclass
class GroupFigures:
    """Figures of a unit or a team in a period: people and attendances stand apart (G3)."""

    members: set[int] = field(default_factory=set)
    attendances: int = 0
    service: int = 0  # minutes
    learning: int = 0  # minutes
    activities: set[int] = field(default_factory=set)  # ids of those in which they served
    nameless: int = 0  # people counted without names: person-times, never hours (G1)

    @property
    def people(self) -> int:
        return len(self.members)

    def add(self, record: _Record) -> None:
        """Add one effective record of a member."""
        self.members.add(record.person)
        self.attendances += 1
        if record.category == Category.SERVICE:
            self.service += record.minutes
            self.activities.add(record.activity)
        elif record.category == Category.TRAINING:
            self.learning += record.minutes


def figures_of(units: Sequence[Unit], since: dt.date, until: dt.date) -> dict[int, GroupFigures]:
    """Return the figures of each unit, by its id, for the days from `since` to `until`. Three statements."""
    found = {unit.pk: GroupFigures() for unit in units}
    memberships: dict[int, list[UnitMembership]] = defaultdict(list)
    for one in UnitMembership.objects.filter(unit__in=found):
        memberships[one.volunteer_id].append(one)
    for record in _records({unit.community_id for unit in units}, memberships, since, until):
        # Once for each unit: a person may have left and come back.
        for pk in {one.unit_id for one in memberships[record.person] if one.covers(record.date)}:
            found[pk].add(record)
    for heads in heads_in(units, since, until):
        found[heads.unit_id].nameless += heads.people
    return found


def figures_of_teams(unit: Unit, since: dt.date, until: dt.date) -> list[tuple[Team, GroupFigures]]:
    """Return the figures of each team of the unit. Each record belongs to at most one team (G2).

    Three statements.
    """
    teams = {team.pk: (team, GroupFigures()) for team in unit.teams.order_by("name")}
    periods: dict[int, list[TeamPeriod]] = defaultdict(list)
    people = TeamPeriod.objects.filter(team__unit=unit).values("volunteer")
    # Times in teams of other units too: the earliest one of a person decides.
    for period in TeamPeriod.objects.filter(volunteer__in=people).order_by("since", "pk"):
        periods[period.volunteer_id].append(period)
    for record in _records({unit.community_id}, periods, since, until):
        team = next((one.team_id for one in periods[record.person] if one.covers(record.date)), None)
        if team in teams:
            teams[team][1].add(record)
    return list(teams.values())


def heads_at(shifts: Iterable[Shift]) -> int:
    """Return the people of units counted without names at these shifts; the latest count holds (G1)."""
    counted = HeadsOfUnit.objects.filter(shift__in=shifts).order_by("counted_at", "pk")
    latest = {(one.unit_id, one.shift_id): one.people for one in counted}
    return sum(latest.values())


def heads_in(units: Iterable[Unit], since: dt.date, until: dt.date) -> list[HeadsOfUnit]:
    """Return the count that holds of each unit and shift that began in the period. One statement."""
    zone = timezone.get_default_timezone()
    counted = HeadsOfUnit.objects.filter(
        unit__in=[unit.pk for unit in units],
        shift__activity__cancelled_at=None,
        shift__starts_at__gte=dt.datetime.combine(since, dt.time(), zone),
        shift__starts_at__lt=dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), zone),
    )
    latest = {(heads.unit_id, heads.shift_id): heads for heads in counted.order_by("counted_at", "pk")}
    return list(latest.values())


def _records(communities: Iterable[int], people: Iterable[int], since: dt.date, until: dt.date) -> list[_Record]:
    records = ServiceRecord.objects.effective().filter(community__in=communities, date__gte=since, date__lte=until)
    found = records.with_person().filter(person__in=list(people))
    return [_Record(*row) for row in found.values_list("person", "date", "minutes", "category", "activity")]
