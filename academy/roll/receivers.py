"""Lists follow the clock: their content is deleted after a month."""

import datetime as dt
from typing import Any

from django.dispatch import receiver

from academy.core.signals import tick
from academy.roll.services import files


@receiver(tick, dispatch_uid="roll.forget_old")
def forget_old(at: dt.datetime, **kwargs: Any) -> None:
    files.forget_old(at=at)
