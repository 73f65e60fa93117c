"""Receivers: e-mails go out by the clock; the messages of a person go when their data is erased."""

import datetime as dt
from typing import Any

from django.dispatch import receiver

from academy.core.signals import tick
from academy.messaging import mailing, services
from academy.people.models import Volunteer
from academy.people.signals import person_erasing


@receiver(person_erasing, sender=Volunteer, dispatch_uid="messaging.erase")
def erase_messages(rows: list[Volunteer], **kwargs: Any) -> None:
    services.erase_messages(people=rows)


@receiver(tick, dispatch_uid="messaging.send_due")
def send_due(at: dt.datetime, **kwargs: Any) -> None:
    mailing.send_due(at=at)
