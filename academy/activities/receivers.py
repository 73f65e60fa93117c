"""Receivers: places go back after a merge, a departure, an erasure; those who wait get them."""

import datetime as dt
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from academy.activities import exceptions, giving_back, private_details, reminding
from academy.activities.signals import places_freed
from academy.activities.waiting import offering
from academy.activities.waiting import services as waiting
from academy.core.refusals import Refusal
from academy.core.signals import tick
from academy.families.signals import guardian_withdrew
from academy.people.models import Volunteer
from academy.people.signals import ask_against_erasing, participation_ended, person_erasing, volunteers_merged


@receiver(volunteers_merged, dispatch_uid="activities.give_back_second_places")
def give_back_second_places(volunteer_id: int, into_id: int, **kwargs: Any) -> None:
    giving_back.give_back_second_places(volunteer_id=volunteer_id, into_id=into_id, at=timezone.now())


@receiver(participation_ended, sender=Volunteer, dispatch_uid="activities.withdraw_sign_ups_to_come")
def withdraw_sign_ups_to_come(volunteer: Volunteer, at: dt.datetime, **kwargs: Any) -> None:
    rows = Volunteer.objects.one_with(volunteer.stays.pk)
    giving_back.give_back_all(people=rows, at=at)
    waiting.leave_all(people=rows, at=at)


@receiver(guardian_withdrew, sender=Volunteer, dispatch_uid="activities.give_back_uncovered")
def give_back_uncovered(volunteer: Volunteer, at: dt.datetime, **kwargs: Any) -> None:
    giving_back.give_back_uncovered(volunteer=volunteer, at=at)


@receiver(ask_against_erasing, sender=Volunteer, dispatch_uid="activities.leads")
def refuse_leader(volunteer: Volunteer, at: dt.datetime, **kwargs: Any) -> Refusal | None:
    return giving_back.refuse_erasing_leader(volunteer=volunteer, at=at)


@receiver(person_erasing, sender=Volunteer, dispatch_uid="activities.give_back_places")
def give_back_places(rows: list[Volunteer], at: dt.datetime, **kwargs: Any) -> None:
    giving_back.give_back_all(people=rows, at=at)
    waiting.leave_all(people=rows, at=at)
    giving_back.forget_words(people=rows)
    exceptions.forget_open(people=rows)


@receiver(places_freed, dispatch_uid="activities.offer_places")
def offer_places(shifts: list[int], at: dt.datetime, **kwargs: Any) -> None:
    for shift_id in sorted(shifts):
        offering.settle(shift_id=shift_id, at=at)


@receiver(tick, dispatch_uid="activities.remind")
def remind(at: dt.datetime, **kwargs: Any) -> None:
    reminding.remind(at=at)


@receiver(tick, dispatch_uid="activities.sweep_waiting")
def sweep_waiting(at: dt.datetime, **kwargs: Any) -> None:
    offering.sweep(at=at)


@receiver(tick, dispatch_uid="activities.erase_private_details")
def erase_private_details(at: dt.datetime, **kwargs: Any) -> None:
    private_details.erase_old(at=at)
