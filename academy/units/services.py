"""Services that put people into units."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from wagtail.log_actions import log

from academy.people.models import User, Volunteer
from academy.units.models import Unit, UnitMembership


@transaction.atomic
def put_in_unit(
    *, volunteer: Volunteer, unit: Unit, is_contact: bool = False, by: User | None, at: dt.datetime
) -> UnitMembership:
    """Make a person a member of a unit (G2), or change whether they are its contact."""
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
    """Correct the person or the unit of a membership."""
    membership.volunteer, membership.unit, membership.is_contact = volunteer, unit, is_contact
    membership.save(update_fields=["volunteer", "unit", "is_contact"])
    log(membership, "wagtail.edit", user=by, timestamp=at, content_changed=True)
    return membership


@transaction.atomic
def unite_memberships(*, goes: Volunteer, stays: Volunteer) -> None:
    """Move the memberships of the person who goes to the one who stays.

    The one who stays is a unit's contact if either was.
    """
    for membership in UnitMembership.objects.filter(volunteer=goes):
        same, _created = UnitMembership.objects.get_or_create(unit=membership.unit, volunteer=stays)
        if membership.is_contact and not same.is_contact:
            same.is_contact = True
            same.save(update_fields=["is_contact"])
        membership.delete()


@transaction.atomic
def end_memberships(*, people: Iterable[Volunteer]) -> None:
    """Remove these people from their units, as their data is erased (V3)."""
    UnitMembership.objects.filter(volunteer__in=people).delete()
