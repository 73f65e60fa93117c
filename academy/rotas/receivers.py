"""Receivers: the clock opens dates, a sign-up asks, a person who leaves stands in no longer."""

import datetime as dt
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from academy.activities.giving_back import leads_activities
from academy.activities.models import Role, Shift
from academy.activities.signals import ask_against_sign_up
from academy.core.refusals import Refusal
from academy.core.signals import tick
from academy.people.models import Volunteer
from academy.people.signals import ask_against_erasing, participation_ended, person_erasing
from academy.rotas.models import Series
from academy.rotas.services import opening, standing


@receiver(tick, dispatch_uid="rotas.open_ahead")
def open_ahead(at: dt.datetime, **kwargs: Any) -> None:
    opening.open_ahead(at=at)


@receiver(ask_against_sign_up, sender=Shift, dispatch_uid="rotas.refuse_sign_up")
def refuse_sign_up(shift: Shift, role: Role, volunteer: Volunteer, walk_in: bool, **kwargs: Any) -> Refusal | None:
    return standing.refuse_sign_up(shift=shift, role=role, volunteer=volunteer, walk_in=walk_in)


@receiver(participation_ended, sender=Volunteer, dispatch_uid="rotas.end_standing")
def end_standing(volunteer: Volunteer, at: dt.datetime, **kwargs: Any) -> None:
    standing.end_all_of(people=list(Volunteer.objects.one_with(volunteer.stays.pk)), at=at)


@receiver(person_erasing, sender=Volunteer, dispatch_uid="rotas.end_standing_of_erased")
def end_standing_of_erased(rows: list[Volunteer], at: dt.datetime, **kwargs: Any) -> None:
    standing.end_all_of(people=rows, at=at)


@receiver(ask_against_erasing, sender=Volunteer, dispatch_uid="rotas.leads")
def refuse_leader(volunteer: Volunteer, at: dt.datetime, **kwargs: Any) -> Refusal | None:
    """Refuse with `leads_activities` while this person leads a standing shift that goes on."""
    led = Series.objects.going_on(timezone.localdate(at)).filter(leader__in=Volunteer.objects.one_with(volunteer.pk))
    series = led.order_by("pk").first()
    return None if series is None else leads_activities(series.title)
