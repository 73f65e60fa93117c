"""The relief that is late: who is still in when the next shift of the activity should have taken over."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from academy.activities.models import Shift, SignUp
from academy.activities.offers import telephone_of_leader, telephone_of_unit
from academy.checkin.models import Visit

JOINS = dt.timedelta(minutes=30)  # between the end of a shift and the beginning of the one that relieves it


@dataclass(frozen=True)
class LateRelief:
    """The next shift, to which no person has come, and the number to call; empty if none is shown."""

    shift: Shift
    telephone: str
    is_leaders: bool


def late_reliefs(visits: Collection[Visit], *, at: dt.datetime) -> dict[int, LateRelief]:
    """Return the late relief of each open visit (id) that lasts beyond its shift.

    A person who stays for the next shift too waits for no relief. Without a visit beyond its shift it takes no
    statement. Fetch the visits with their shifts and activities.
    """
    found = {}
    for visit in visits:
        shift = visit.shift
        if visit.closed_at is not None or at < shift.ends_at or shift.activity.cancelled_at is not None:
            continue
        if (relief := _relief_of(visit, at)) is not None:
            found[visit.pk] = relief
    return found


def _relief_of(visit: Visit, at: dt.datetime) -> LateRelief | None:
    ended = visit.shift.ends_at
    following = Shift.objects.filter(
        Q(starts_at__gte=ended - JOINS, starts_at__lte=ended + JOINS) & Q(starts_at__lte=at, ends_at__gt=at),
        activity=visit.shift.activity_id,
    )
    shift = following.exclude(pk=visit.shift_id).order_by("starts_at", "pk").first()
    if shift is None or Visit.objects.filter(shift=shift).exists():
        return None
    if SignUp.objects.of(visit.volunteer).filter(shift=shift, cancelled_at=None).exists():
        return None
    activity = visit.shift.activity
    leaders = telephone_of_leader(activity, at=at)
    return LateRelief(shift, leaders or telephone_of_unit(activity), bool(leaders))
