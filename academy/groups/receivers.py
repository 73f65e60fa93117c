"""The apps below ask: who speaks for the units that were asked to come."""

from typing import Any

from django.dispatch import receiver

from academy.activities.models import Shift
from academy.activities.signals import ask_who_speaks
from academy.groups.models import GroupLink
from academy.people.models import Volunteer
from academy.units.models import UnitMembership


@receiver(ask_who_speaks, dispatch_uid="groups.who_speaks")
def name_contacts(shifts: list[Shift], **kwargs: Any) -> list[tuple[Volunteer, str]]:
    """Return the contacts of the units with a live link to these shifts, in one statement."""
    units = GroupLink.objects.filter(shift__in=shifts, withdrawn_at=None).values("unit")
    contacts = UnitMembership.objects.current().filter(is_contact=True, unit__in=units)
    contacts = contacts.select_related("unit", "volunteer__merged_into").order_by("unit__name", "volunteer__number")
    return [(one.volunteer, one.unit.name) for one in contacts]
