"""Receivers: a merge of two people gives back the second place in a shift."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from academy.activities import services
from academy.people.signals import volunteers_merged


@receiver(volunteers_merged, dispatch_uid="activities.give_back_second_places")
def give_back_second_places(volunteer_id: int, into_id: int, **kwargs: Any) -> None:
    services.give_back_second_places(volunteer_id=volunteer_id, into_id=into_id, at=timezone.now())
