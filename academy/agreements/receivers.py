"""Receivers: the photos of an erased person's signed sheets are deleted; that they signed stays."""

from typing import Any

from django.dispatch import receiver

from academy.agreements import services
from academy.people.models import Volunteer
from academy.people.signals import person_erasing


@receiver(person_erasing, sender=Volunteer, dispatch_uid="agreements.erase_photos")
def erase_photos(rows: list[Volunteer], **kwargs: Any) -> None:
    services.erase_photos(people=rows)
