"""Receivers: the addresses of a person go when their data is erased."""

from typing import Any

from django.dispatch import receiver

from academy.calendars import services
from academy.people.models import Volunteer
from academy.people.signals import person_erasing


@receiver(person_erasing, sender=Volunteer, dispatch_uid="calendars.forget")
def forget(rows: list[Volunteer], **kwargs: Any) -> None:
    services.forget(people=rows)
