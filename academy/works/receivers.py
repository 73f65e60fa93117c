"""Each tick deletes works that have expired."""

import datetime as dt
from typing import Any

from django.dispatch import receiver

from academy.core.signals import tick
from academy.works import services


@receiver(tick, dispatch_uid="works.tidy")
def tidy(at: dt.datetime, **kwargs: Any) -> None:
    """Delete expired works with their files, and end those that nobody goes on with."""
    services.tidy(at)
