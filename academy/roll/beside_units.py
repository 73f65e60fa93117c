"""Units that a list names, found by their names, and the memberships of people on the roll."""

import datetime as dt
import re
from collections.abc import Iterable

from academy.core.models import Community
from academy.core.text import identifier
from academy.people.models import Volunteer
from academy.roll.lines import Entry
from academy.units.models import Unit, UnitMembership


class KnownUnits:
    """The units of a community, read once for a list; a name is never guessed."""

    def __init__(self, community: Community) -> None:
        self.names = dict(Unit.objects.filter(community=community).values_list("pk", "name"))
        self._ids = {_plain(name): pk for pk, name in self.names.items()}

    def find(self, entry: Entry) -> None:
        """Note the units that the entry names, or ask about a name that no unit has."""
        if not entry.unit:
            return
        whole = self._ids.get(_plain(entry.unit))
        parts = [entry.unit] if whole is not None else re.split("[、，,；;]", entry.unit)
        found = [self._ids.get(_plain(part)) for part in parts]
        entry.unit_ids = [pk for pk in found if pk is not None]
        if len(entry.unit_ids) < len(parts):
            entry.unit_ids = []
            entry.add("unknown_unit", text=entry.unit)

    def keep_one(self, entry: Entry) -> None:
        """Keep the first unit of an entry, and say so: a line stores one."""
        if len(entry.unit_ids) > 1:
            entry.unit = self.names[entry.unit_ids[0]]
            entry.unit_ids = entry.unit_ids[:1]
            entry.add("several_units", text=entry.unit)


def memberships_of(people: Iterable[Volunteer], day: dt.date) -> set[tuple[int, int]]:
    """Return the pairs of person and unit of the memberships that hold on `day`. One statement."""
    return set(UnitMembership.objects.on(day).filter(volunteer__in=people).values_list("volunteer", "unit"))


def _plain(name: str) -> str:
    return "".join(identifier(name).split()).casefold()
