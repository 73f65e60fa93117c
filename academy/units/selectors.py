"""The units of people."""

from collections import defaultdict
from collections.abc import Collection

from academy.people.models import Volunteer
from academy.units.models import UnitMembership


def names_of(people: Collection[Volunteer]) -> dict[int, str]:
    """Return the names of the units of each of the people (ids) who has one."""
    names: dict[int, list[str]] = defaultdict(list)
    memberships = UnitMembership.objects.filter(volunteer__in=people).order_by("unit__name")
    for pk, name in memberships.values_list("volunteer", "unit__name"):
        names[pk].append(name)
    return {pk: ", ".join(several) for pk, several in names.items()}
