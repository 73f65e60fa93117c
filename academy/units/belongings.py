"""Rights of a unit's contact over the volunteers of the unit. Computed when asked, never stored."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal
from academy.people.models import User, Volunteer
from academy.people.permissions import BELONGING_RIGHTS, Belonging, Right
from academy.units.models import Unit, UnitMembership

NOT_THEIR_UNIT = Refusal(
    "not_allowed", _("Only a contact of the unit or a social worker of the community may do this.")
)


def may(user: User, right: Right, *, volunteer: Volunteer) -> bool:
    """Return whether `user` has `right` over `volunteer` as the contact of the volunteer's unit."""
    return right in BELONGING_RIGHTS[Belonging.UNIT_CONTACT] and is_contact_of(user, volunteer=volunteer)


def is_contact_of(user: User, *, volunteer: Volunteer) -> bool:
    """Return whether `user` is the contact of a unit that `volunteer` belongs to."""
    if not user.is_active or user.pk is None:
        return False
    memberships = UnitMembership.objects.current()
    mine = memberships.filter(volunteer__user=user, is_contact=True)
    return memberships.filter(volunteer=volunteer.stays, unit__in=mine.values("unit")).exists()


def may_speak_for(user: User, unit: Unit) -> bool:
    """Return whether `user` is a contact of the unit, or runs activities in its community."""
    if user.may(Right.RUN_ACTIVITIES, unit.community_id):
        return True
    return units_of_contact(user).filter(pk=unit.pk).exists()


def units_of_contact(user: User) -> QuerySet[Unit]:
    """Return the units that `user` speaks for."""
    if not user.is_active or user.pk is None:
        return Unit.objects.none()
    mine = UnitMembership.objects.current().filter(volunteer__user=user, volunteer__suspended_at=None, is_contact=True)
    return Unit.objects.filter(pk__in=mine.values("unit"))
