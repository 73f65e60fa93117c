"""Receivers: a merge gives back second places, an erased person gives back all places to come."""

import datetime as dt
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from academy.activities import services
from academy.core.refusals import Refusal
from academy.people.models import Volunteer
from academy.people.signals import ask_against_erasing, person_erasing, volunteers_merged


@receiver(volunteers_merged, dispatch_uid="activities.give_back_second_places")
def give_back_second_places(volunteer_id: int, into_id: int, **kwargs: Any) -> None:
    services.give_back_second_places(volunteer_id=volunteer_id, into_id=into_id, at=timezone.now())


@receiver(ask_against_erasing, sender=Volunteer, dispatch_uid="activities.leads")
def refuse_leader(volunteer: Volunteer, at: dt.datetime, **kwargs: Any) -> Refusal | None:
    return services.refuse_erasing_leader(volunteer=volunteer, at=at)


@receiver(person_erasing, sender=Volunteer, dispatch_uid="activities.give_back_places")
def give_back_places(rows: list[Volunteer], at: dt.datetime, **kwargs: Any) -> None:
    services.give_back_places(people=rows, at=at)
