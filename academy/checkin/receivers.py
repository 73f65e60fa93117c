"""Check-in answers what happens below: two people who turn out to be one, and the clock."""

import datetime as dt
import logging
from typing import Any

from django.dispatch import receiver

from academy.checkin import services
from academy.core.signals import tick
from academy.people.signals import volunteers_merged

logger = logging.getLogger(__name__)


@receiver(volunteers_merged, dispatch_uid="checkin.rebuild_for_merged")
def rebuild_for_merged(volunteer_id: int, **kwargs: Any) -> None:
    """The facts are stored already: whatever goes wrong here is logged, and the sweep tries again."""
    try:
        services.rebuild_for_merged(volunteer_id=volunteer_id)
    except Exception:
        logger.exception("The visits of merged volunteer %s are not the other one's yet", volunteer_id)


@receiver(tick, dispatch_uid="checkin.sweep_merged")
def sweep_merged(at: dt.datetime, **kwargs: Any) -> None:
    services.sweep_merged()
