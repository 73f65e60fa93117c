"""Receivers: merged people's courses, notes of erased people, reminders of what expires."""

import datetime as dt
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from academy.core.signals import tick
from academy.learning import qualifications, services, study_services
from academy.people.models import Volunteer
from academy.people.signals import person_erasing, volunteers_merged


@receiver(volunteers_merged, dispatch_uid="learning.complete_for_merged")
def complete_for_merged(into_id: int, **kwargs: Any) -> None:
    services.complete_for_merged(into_id=into_id, at=timezone.now())


@receiver(person_erasing, sender=Volunteer, dispatch_uid="learning.erase_notes")
def erase_notes(rows: list[Volunteer], **kwargs: Any) -> None:
    study_services.erase_notes(people=rows)


@receiver(tick, dispatch_uid="learning.keep_qualifications")
def keep_qualifications(at: dt.datetime, **kwargs: Any) -> None:
    """Record the qualifications that reading gave, and remind people 60 days before one expires (T6)."""
    qualifications.record_missing(at=at)
    qualifications.remind(at=at)
