"""Receivers: drafts and talk of an erased person go (V3)."""

from typing import Any

from django.dispatch import receiver

from academy.people.models import Volunteer
from academy.people.signals import person_erasing
from academy.proposals import services


@receiver(person_erasing, sender=Volunteer, dispatch_uid="proposals.erase")
def erase(rows: list[Volunteer], **kwargs: Any) -> None:
    services.erase(people=rows)
