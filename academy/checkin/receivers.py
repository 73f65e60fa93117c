"""Receivers of signals from lower layers: people were merged, a right to lead ended, the clock ticked."""

import datetime as dt
import logging
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Count, Max
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity, Shift
from academy.activities.signals import ask_how_many_were_there, ask_who_waits, ask_who_was_there, leader_changed
from academy.checkin.models import Device, Scan, Visit
from academy.checkin.refusals import IN_SERVICE
from academy.checkin.services import claimants, devices, reminders, visits
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.core.signals import tick
from academy.people.models import User, Volunteer
from academy.people.signals import (
    ask_against_erasing,
    describe_person,
    duties_changed,
    person_erasing,
    signed_out_everywhere,
    volunteers_merged,
)

logger = logging.getLogger(__name__)


@receiver(ask_who_was_there, dispatch_uid="checkin.who_was_there")
def name_who_was_there(shifts: list[int], **kwargs: Any) -> set[int]:
    """Return the ids of the volunteers with an accepted scan at one of the shifts."""
    there = Scan.objects.accepted().filter(shift__in=shifts).with_person()
    return set(there.values_list("person", flat=True))


@receiver(ask_how_many_were_there, dispatch_uid="checkin.how_many_were_there")
def count_who_was_there(activities: list[int], **kwargs: Any) -> dict[int, int]:
    """Return how many people have a visit at each of the activities, in one statement."""
    visits = Visit.objects.filter(shift__activity__in=activities).order_by().values("shift__activity")
    return dict(visits.annotate(people=Count("volunteer", distinct=True)).values_list("shift__activity", "people"))


@receiver(ask_who_waits, dispatch_uid="checkin.who_waits")
def name_who_waits(
    activity: Activity, shifts: list[Shift], at: dt.datetime, **kwargs: Any
) -> list[tuple[Volunteer, list[int]]]:
    """Return the people on the roll whose “I am here” the leader has not answered, each with their shifts."""
    return claimants.people_waiting(activity, shifts, at=at)


@receiver(volunteers_merged, dispatch_uid="checkin.rebuild_for_merged")
def rebuild_for_merged(volunteer_id: int, **kwargs: Any) -> None:
    """Rebuild the visits of a merged volunteer. Log a failure: the sweep tries again."""
    try:
        visits.rebuild_for_merged(volunteer_id=volunteer_id)
    except Exception:
        logger.exception("The visits of merged volunteer %s are not the other one's yet", volunteer_id)


@receiver(leader_changed, dispatch_uid="checkin.end_devices_of_leader")
def end_devices_of_leader(activity: Activity, at: dt.datetime, **kwargs: Any) -> None:
    devices.end_devices(Device.objects.filter(activity=activity), at=at)


@receiver(duties_changed, dispatch_uid="checkin.end_devices_of_staff")
def end_devices_of_staff(user: User, community: Community, **kwargs: Any) -> None:
    own = Device.objects.filter(operator=user, activity__community=community)
    devices.end_devices(own, at=timezone.now())


@receiver(signed_out_everywhere, dispatch_uid="checkin.end_devices_signed_out")
def end_devices_signed_out(user: User, at: dt.datetime, **kwargs: Any) -> None:
    """End the passes of a login that was signed out everywhere: its phone may be lost."""
    if user.is_active:  # else `end_devices_of_login` decides: a merged person goes on with another login
        Device.objects.filter(operator=user, ended_at=None).update(ended_at=at)


@receiver(post_save, sender=User, dispatch_uid="checkin.end_devices_of_login")
def end_devices_of_login(instance: User, raw: bool = False, **kwargs: Any) -> None:
    """End the passes of a closed login. After the commit: a merged person goes on with another login."""
    if not raw and not instance.is_active:
        own, at = Device.objects.filter(operator=instance), timezone.now()
        transaction.on_commit(partial(devices.end_devices, own, at=at), robust=True)


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


@receiver(ask_against_erasing, sender=Volunteer, dispatch_uid="checkin.in_service")
def refuse_in_service(volunteer: Volunteer, at: dt.datetime, **kwargs: Any) -> Refusal | None:
    """Refuse with `in_service` while a check-out can still close a visit of this person."""
    return IN_SERVICE if visits.still_running(people=[volunteer], at=at) else None


@receiver(person_erasing, sender=Volunteer, dispatch_uid="checkin.erase_claims")
def erase_claims(rows: list[Volunteer], **kwargs: Any) -> None:
    claimants.erase_names(people=rows)
