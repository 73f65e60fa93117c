"""Receivers: complete courses after two people are merged; notes go with their person's data."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from academy.learning import services, study_services
from academy.people.models import Volunteer
from academy.people.signals import person_erasing, volunteers_merged


@receiver(volunteers_merged, dispatch_uid="learning.complete_for_merged")
def complete_for_merged(into_id: int, **kwargs: Any) -> None:
    services.complete_for_merged(into_id=into_id, at=timezone.now())


@receiver(person_erasing, sender=Volunteer, dispatch_uid="learning.erase_notes")
def erase_notes(rows: list[Volunteer], **kwargs: Any) -> None:
    study_services.erase_notes(people=rows)
