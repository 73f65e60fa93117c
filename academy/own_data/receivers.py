"""Receivers of the clock: it clears data that is older than its term."""

import datetime as dt
from typing import Any

from django.dispatch import receiver

from academy.core.signals import tick
from academy.own_data import retention


@receiver(tick, dispatch_uid="own_data.clear")
def clear_what_is_over(at: dt.datetime, **kwargs: Any) -> None:
    retention.clear_what_is_over(at=at)
