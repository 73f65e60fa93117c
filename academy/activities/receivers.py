"""Receivers: places go back after a merge, after a guardian's withdrawal, and when a person leaves."""

import datetime as dt
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from academy.activities import services
from academy.families.signals import guardian_withdrew
from academy.people.models import Volunteer
from academy.people.signals import participation_ended, volunteers_merged


@receiver(volunteers_merged, dispatch_uid="activities.give_back_second_places")
def give_back_second_places(volunteer_id: int, into_id: int, **kwargs: Any) -> None:
    services.give_back_second_places(volunteer_id=volunteer_id, into_id=into_id, at=timezone.now())


@receiver(participation_ended, sender=Volunteer, dispatch_uid="activities.withdraw_sign_ups_to_come")
def withdraw_sign_ups_to_come(volunteer: Volunteer, at: dt.datetime, **kwargs: Any) -> None:
    services.withdraw_sign_ups_to_come(volunteer=volunteer, at=at)


@receiver(guardian_withdrew, sender=Volunteer, dispatch_uid="activities.give_back_uncovered")
def give_back_uncovered(volunteer: Volunteer, at: dt.datetime, **kwargs: Any) -> None:
    services.give_back_uncovered(volunteer=volunteer, at=at)
