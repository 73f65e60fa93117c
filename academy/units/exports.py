"""The column of a person's units in the exports of lists."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from academy.core.spreadsheets import ExportColumn
from academy.people.models import Volunteer
from academy.units.models import UnitMembership


def units_of(people: Iterable[Volunteer]) -> dict[int, list[str]]:
    """Return the names of the people's units, by the ids of the people who stay."""
    found: dict[int, list[str]] = defaultdict(list)
    memberships = UnitMembership.objects.current().filter(volunteer__in={person.stays.pk for person in people})
    for person, name in memberships.order_by("unit__name").values_list("volunteer", "unit__name"):
        found[person].append(name)
    return found


def units_at_rows(rows: Sequence[Any]) -> Mapping[int, list[str]]:
    """Return the units of each row's volunteer."""
    units = units_of(row.volunteer for row in rows)
    return {row.pk: units.get(row.volunteer.stays.pk, []) for row in rows}


OF_PEOPLE = ExportColumn("units", _("local unit"), load=units_of)
OF_ROWS = ExportColumn("units", _("local unit"), load=units_at_rows)
