"""The relief that is late: who is still in when the next shift at the post should have taken over.

The next shift is one of the same activity, or of another one at the same place and of the same leader or title: a
standing shift is an activity for each date.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from academy.activities.models import Activity, Shift, SignUp
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


def _at_same_post(activity: Activity) -> Q:
    """Return the condition that a shift is at the post of this activity, in it or in another one."""
    same_work = Q(activity__title=activity.title) | Q(activity__leader=activity.leader_id)
    other = same_work & Q(
        activity__community=activity.community_id,
        activity__place=activity.place,
        activity__kind=activity.kind,
        activity__published_at__isnull=False,
        activity__cancelled_at=None,
    )
    return Q(activity=activity) | other


def _relief_of(visit: Visit, at: dt.datetime) -> LateRelief | None:
    ended = visit.shift.ends_at
    following = Shift.objects.filter(
        Q(starts_at__gte=ended - JOINS, starts_at__lte=ended + JOINS) & Q(starts_at__lte=at, ends_at__gt=at),
        _at_same_post(visit.shift.activity),
    )
    shift = following.exclude(pk=visit.shift_id).order_by("starts_at", "pk").first()
    if shift is None or Visit.objects.filter(shift=shift).exists():
        return None
    if SignUp.objects.of(visit.volunteer).filter(shift=shift, cancelled_at=None).exists():
        return None
    activity = visit.shift.activity
    leaders = telephone_of_leader(activity, at=at)
    return LateRelief(shift, leaders or telephone_of_unit(activity), bool(leaders))
