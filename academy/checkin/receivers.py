"""Receivers of signals from lower layers: two people were merged, the clock ticked."""

import datetime as dt
import logging
from typing import Any

from django.db.models import Count, Max
from django.dispatch import receiver
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from academy.activities.signals import ask_who_was_there
from academy.checkin.models import Scan, Visit
from academy.checkin.services import reminders, visits
from academy.core.signals import tick
from academy.people.models import Volunteer
from academy.people.signals import describe_person, volunteers_merged

logger = logging.getLogger(__name__)


@receiver(ask_who_was_there, dispatch_uid="checkin.who_was_there")
def name_who_was_there(shifts: list[int], **kwargs: Any) -> set[int]:
    """Return the ids of the volunteers with an accepted scan at one of the shifts."""
    there = Scan.objects.accepted().filter(shift__in=shifts).with_person()
    return set(there.values_list("person", flat=True))


@receiver(volunteers_merged, dispatch_uid="checkin.rebuild_for_merged")
def rebuild_for_merged(volunteer_id: int, **kwargs: Any) -> None:
    """Rebuild the visits of a merged volunteer. Log a failure: the sweep tries again."""
    try:
        visits.rebuild_for_merged(volunteer_id=volunteer_id)
    except Exception:
        logger.exception("The visits of merged volunteer %s are not the other one's yet", volunteer_id)


@receiver(tick, dispatch_uid="checkin.sweep_merged")
def sweep_merged(at: dt.datetime, **kwargs: Any) -> None:
    visits.sweep_merged()


@receiver(tick, dispatch_uid="checkin.remind")
def remind(at: dt.datetime, **kwargs: Any) -> None:
    reminders.remind(at=at)


@receiver(describe_person, dispatch_uid="checkin.describe_person")
def describe_visits(volunteer: Volunteer, **kwargs: Any) -> list[tuple[Any, str]]:
    """Return how often the volunteer came, and when last, for pages that compare two people."""
    came_in = Visit.objects.of(volunteer).aggregate(
        activities=Count("shift__activity", distinct=True), last=Max("opened_at")
    )
    last = formats.date_format(timezone.localtime(came_in["last"])) if came_in["last"] else ""
    return [(_("activities"), str(came_in["activities"])), (_("last check-in"), last)]
