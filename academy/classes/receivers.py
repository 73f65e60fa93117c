"""Receivers: the clock completes what is due, and a person's words go with their data."""

import datetime as dt
from typing import Any

from django.dispatch import receiver

from academy.classes.services import completing, feedback
from academy.core.signals import tick
from academy.people.models import Volunteer
from academy.people.signals import person_erasing


@receiver(tick, dispatch_uid="classes.look_at_runs")
def look_at_runs(at: dt.datetime, **kwargs: Any) -> None:
    completing.look_at_runs(at=at)


@receiver(person_erasing, sender=Volunteer, dispatch_uid="classes.erase_words")
def erase_words(rows: list[Volunteer], **kwargs: Any) -> None:
    feedback.erase_words(people=rows)
