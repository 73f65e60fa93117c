"""Receivers: the messages of a person go when their data is erased."""

from typing import Any

from django.dispatch import receiver

from academy.messaging import services
from academy.people.models import Volunteer
from academy.people.signals import person_erasing


@receiver(person_erasing, sender=Volunteer, dispatch_uid="messaging.erase")
def erase_messages(rows: list[Volunteer], **kwargs: Any) -> None:
    services.erase_messages(people=rows)
