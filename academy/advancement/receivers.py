"""Receivers: the clock proposes promotions."""

import datetime as dt
from typing import Any

from django.dispatch import receiver

from academy.advancement import promotions
from academy.core.signals import tick


@receiver(tick, dispatch_uid="advancement.propose_promotions")
def propose_promotions(at: dt.datetime, **kwargs: Any) -> None:
    promotions.propose_due(at=at)
