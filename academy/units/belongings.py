"""Rights of a unit's contact over the volunteers of the unit. Computed when asked, never stored."""

from django.db.models import QuerySet

from academy.people.models import User, Volunteer
from academy.people.permissions import BELONGING_RIGHTS, Belonging, Right
from academy.units.models import Unit, UnitMembership


def may(user: User, right: Right, *, volunteer: Volunteer) -> bool:
    """Return whether `user` has `right` over `volunteer` as the contact of the volunteer's unit."""
    return right in BELONGING_RIGHTS[Belonging.UNIT_CONTACT] and is_contact_of(user, volunteer=volunteer)


def is_contact_of(user: User, *, volunteer: Volunteer) -> bool:
    """Return whether `user` is the contact of a unit that `volunteer` belongs to."""
    if not user.is_active or user.pk is None:
        return False
    return UnitMembership.objects.filter(
        unit__memberships__volunteer=volunteer.stays, volunteer__user=user, is_contact=True
    ).exists()


def units_of_contact(user: User) -> QuerySet[Unit]:
    """Return the units that `user` speaks for."""
    if not user.is_active or user.pk is None:
        return Unit.objects.none()
    mine = UnitMembership.objects.filter(volunteer__user=user, volunteer__suspended_at=None, is_contact=True)
    return Unit.objects.filter(pk__in=mine.values("unit"))
