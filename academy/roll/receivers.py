"""Lists follow the clock: their content is deleted after a month, an erased person's at once."""

import datetime as dt
from typing import Any

from django.dispatch import receiver

from academy.core.signals import tick
from academy.people.models import Volunteer
from academy.people.signals import person_erasing
from academy.roll.services import files


@receiver(tick, dispatch_uid="roll.forget_old")
def forget_old(at: dt.datetime, **kwargs: Any) -> None:
    files.forget_old(at=at)


@receiver(person_erasing, sender=Volunteer, dispatch_uid="roll.erase")
def erase_lines(rows: list[Volunteer], **kwargs: Any) -> None:
    files.erase_lines(people=rows)
