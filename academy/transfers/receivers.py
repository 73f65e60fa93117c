"""Transfers follow the clock: forgotten uploads are deleted."""

import datetime as dt
from typing import Any

from django.dispatch import receiver

from academy.core.signals import tick
from academy.transfers.services import imports


@receiver(tick, dispatch_uid="transfers.discard_forgotten")
def discard_forgotten(at: dt.datetime, **kwargs: Any) -> None:
    imports.discard_forgotten(at=at)
