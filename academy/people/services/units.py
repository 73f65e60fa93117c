"""Putting people into units."""

from django.db import transaction

from academy.people.models import Unit, UnitMembership, Volunteer


@transaction.atomic
def put_in_unit(*, volunteer: Volunteer, unit: Unit, is_contact: bool = False) -> UnitMembership:
    """A person's place in a unit (G2); its contact speaks for it."""
    membership, _created = UnitMembership.objects.update_or_create(
        unit=unit, volunteer=volunteer, defaults={"is_contact": is_contact}
    )
    return membership
