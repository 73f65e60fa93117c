"""Certificates follow corrected hours and the clock."""

import datetime as dt
import logging
from typing import Any

from django.dispatch import receiver

from academy.certificates import file_signers, services, statements
from academy.core.signals import tick
from academy.hours.signals import records_corrected
from academy.people.key_models import MasterKey
from academy.people.signals import master_keys_rotating

logger = logging.getLogger(__name__)


@receiver(records_corrected, dispatch_uid="certificates.follow")
def follow(at: dt.datetime, **kwargs: Any) -> None:
    """Replace certificates with corrected hours. A failure is logged, and the clock tries again."""
    try:
        services.follow_corrections(at=at)
    except Exception:
        logger.exception("Certificates do not show yet that hours were corrected")


@receiver(tick, dispatch_uid="certificates.follow")
def follow_missed(at: dt.datetime, **kwargs: Any) -> None:
    services.follow_corrections(at=at)


@receiver(tick, dispatch_uid="certificates.statements")
def ask_about_last_year(at: dt.datetime, **kwargs: Any) -> None:
    statements.ask_everybody(at=at)


@receiver(master_keys_rotating, sender=MasterKey, dispatch_uid="certificates.reseal_file_signers")
def reseal_file_signers(**kwargs: Any) -> bool:
    return file_signers.reseal()
