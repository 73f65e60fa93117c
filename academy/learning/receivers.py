"""Receivers: complete courses after two people are merged."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from academy.learning import services
from academy.people.signals import volunteers_merged


@receiver(volunteers_merged, dispatch_uid="learning.complete_for_merged")
def complete_for_merged(into_id: int, **kwargs: Any) -> None:
    services.complete_for_merged(into_id=into_id, at=timezone.now())
