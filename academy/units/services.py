"""Putting people into units."""

import datetime as dt

from django.db import transaction
from wagtail.log_actions import log

from academy.people.models import User, Volunteer
from academy.units.models import Unit, UnitMembership


@transaction.atomic
def put_in_unit(
    *, volunteer: Volunteer, unit: Unit, is_contact: bool = False, by: User | None, at: dt.datetime
) -> UnitMembership:
    """Give a person their place in a unit (G2), or change whether they are its contact, who speaks for it."""
    membership, created = UnitMembership.objects.update_or_create(
        unit=unit, volunteer=volunteer, defaults={"is_contact": is_contact}
    )
    action = "wagtail.create" if created else "wagtail.edit"
    log(membership, action, user=by, timestamp=at, content_changed=True)
    return membership


@transaction.atomic
def correct_membership(
    *, membership: UnitMembership, volunteer: Volunteer, unit: Unit, is_contact: bool, by: User | None, at: dt.datetime
) -> UnitMembership:
    """Correct who was put into which unit."""
    membership.volunteer, membership.unit, membership.is_contact = volunteer, unit, is_contact
    membership.save(update_fields=["volunteer", "unit", "is_contact"])
    log(membership, "wagtail.edit", user=by, timestamp=at, content_changed=True)
    return membership


@transaction.atomic
def unite_memberships(*, goes: Volunteer, stays: Volunteer) -> None:
    """Give the places in units of a person who is being merged to the one who stays, as a contact where either was."""
    for membership in UnitMembership.objects.filter(volunteer=goes):
        same, _created = UnitMembership.objects.get_or_create(unit=membership.unit, volunteer=stays)
        if membership.is_contact and not same.is_contact:
            same.is_contact = True
            same.save(update_fields=["is_contact"])
        membership.delete()
