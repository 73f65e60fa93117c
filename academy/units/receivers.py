"""Receivers: memberships move when two people are merged, and end when a person is erased."""

import datetime as dt
from typing import Any

from django.dispatch import receiver

from academy.people.models import Volunteer
from academy.people.signals import person_erasing, volunteers_merging
from academy.units import services


@receiver(volunteers_merging, sender=Volunteer, dispatch_uid="units.unite_memberships")
def unite_memberships(goes: Volunteer, stays: Volunteer, **kwargs: Any) -> None:
    services.unite_memberships(goes=goes, stays=stays)


@receiver(person_erasing, sender=Volunteer, dispatch_uid="units.end_memberships")
def end_memberships(rows: list[Volunteer], at: dt.datetime, **kwargs: Any) -> None:
    services.end_memberships(people=rows, at=at)
