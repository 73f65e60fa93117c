"""The units of people."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q, QuerySet

from academy.people.models import Consent, Volunteer
from academy.units.models import Unit, UnitMembership


def names_of(people: Collection[Volunteer]) -> dict[int, str]:
    """Return the names of the units of each of the people (ids) who has one."""
    names: dict[int, list[str]] = defaultdict(list)
    memberships = UnitMembership.objects.current().filter(volunteer__in=people).order_by("unit__name")
    for pk, name in memberships.values_list("volunteer", "unit__name"):
        names[pk].append(name)
    return {pk: ", ".join(several) for pk, several in names.items()}


def members_of(unit: Unit) -> list[Volunteer]:
    """Return the unit's members who take part, in the order of their numbers. One statement."""
    return list(Volunteer.objects.taking_part().filter(pk__in=_current(unit)).order_by("number"))


def contacts_of(unit: Unit) -> list[Volunteer]:
    """Return the people who speak for the unit. One statement."""
    contacts = _current(unit).filter(is_contact=True)
    return list(Volunteer.objects.taking_part().filter(pk__in=contacts).order_by("number"))


def agree_to_sheets(people: Iterable[Volunteer], unit: Unit, day: dt.date) -> dict[int, Consent]:
    """Return the consent in force of each of these people (ids) to a sheet for `unit`, their employer.

    A withdrawal without a unit, as by an erasing, is for all units. One statement.
    """
    said = Consent.objects.of_all(people).filter(kind=Consent.Kind.EMPLOYER)
    said = said.filter(Q(employer__unit=unit) | Q(employer=None, granted=False)).with_person()
    latest = {consent.person: consent for consent in said.order_by("recorded_at", "pk")}
    return {person: consent for person, consent in latest.items() if consent.is_in_force(day)}


def _current(unit: Unit) -> QuerySet[UnitMembership, Any]:
    return UnitMembership.objects.current().filter(unit=unit).values("volunteer")
