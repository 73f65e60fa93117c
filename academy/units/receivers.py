"""Receivers: move memberships when two people are merged."""

from typing import Any

from django.dispatch import receiver

from academy.people.models import Volunteer
from academy.people.signals import volunteers_merging
from academy.units import services


@receiver(volunteers_merging, sender=Volunteer, dispatch_uid="units.unite_memberships")
def unite_memberships(goes: Volunteer, stays: Volunteer, **kwargs: Any) -> None:
    services.unite_memberships(goes=goes, stays=stays)
