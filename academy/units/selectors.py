"""The units of people."""

from collections import defaultdict
from collections.abc import Collection

from academy.people.models import Volunteer
from academy.units.models import Unit, UnitMembership


def names_of(people: Collection[Volunteer]) -> dict[int, str]:
    """Return the names of the units of each of the people (ids) who has one."""
    names: dict[int, list[str]] = defaultdict(list)
    memberships = UnitMembership.objects.filter(volunteer__in=people).order_by("unit__name")
    for pk, name in memberships.values_list("volunteer", "unit__name"):
        names[pk].append(name)
    return {pk: ", ".join(several) for pk, several in names.items()}


def members_of(unit: Unit) -> list[Volunteer]:
    """Return the unit's members who take part, in the order of their numbers. One statement."""
    people = Volunteer.objects.taking_part().filter(unit_memberships__unit=unit)
    return list(people.order_by("number"))


def contacts_of(unit: Unit) -> list[Volunteer]:
    """Return the people who speak for the unit. One statement."""
    contacts = unit.memberships.filter(is_contact=True).values("volunteer")
    return list(Volunteer.objects.taking_part().filter(pk__in=contacts).order_by("number"))
