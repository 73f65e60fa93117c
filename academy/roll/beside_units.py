"""Units that a list names, found by their names, and the memberships of people on the roll."""

import datetime as dt
from collections.abc import Iterable

from academy.core.models import Community
from academy.core.text import identifier
from academy.people.models import Volunteer
from academy.roll.lines import Entry
from academy.units.models import Unit, UnitMembership


class KnownUnits:
    """The units of a community, read once for a list; a name is never guessed."""

    def __init__(self, community: Community) -> None:
        units = Unit.objects.filter(community=community).values_list("name", "pk")
        self._ids = {_plain(name): pk for name, pk in units}

    def find(self, entry: Entry) -> None:
        """Note the unit that the entry names, or ask about a name that no unit has."""
        if not entry.unit:
            return
        entry.unit_id = self._ids.get(_plain(entry.unit))
        if entry.unit_id is None:
            entry.add("unknown_unit", text=entry.unit)


def memberships_of(people: Iterable[Volunteer], day: dt.date) -> set[tuple[int, int]]:
    """Return the pairs of person and unit of the memberships that hold on `day`. One statement."""
    return set(UnitMembership.objects.on(day).filter(volunteer__in=people).values_list("volunteer", "unit"))


def _plain(name: str) -> str:
    return "".join(identifier(name).split()).casefold()
