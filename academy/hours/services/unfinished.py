"""The clock's daily look at unfinished activities: recount, end what is done, remind leaders."""

import datetime as dt
import logging
from functools import partial

from django.db import transaction
from django.utils import timezone

from academy.core.one_by_one import each_alone
from academy.hours.models import OPEN_STATES, OpenDeadline, ServiceRecord
from academy.hours.services import deadlines, plans

logger = logging.getLogger(__name__)

# One call takes so many: a tick stays short, and the next one goes on.
COMMUNITIES_AT_ONCE, ACTIVITIES_AT_ONCE = 10, 8


def look_at_unfinished(*, at: dt.datetime) -> int:
    """Look at a part of the activities that are due today. Return how many.

    Each unfinished activity is due once a local day. Each community has its own transaction: an error in one is logged,
    and a later call looks at its activities again; the other communities go on. The communities take turns by the
    minute, so that failing ones hold up no other.
    """
    _start_lost()
    today = timezone.localdate(at)
    due = OpenDeadline.objects.to_look_at(today).order_by()
    waiting = sorted(due.values_list("activity__community", flat=True).distinct())
    first = int(at.timestamp()) // 60 % max(1, len(waiting))
    looked_at = each_alone(
        (waiting[first:] + waiting[:first])[:COMMUNITIES_AT_ONCE],
        partial(_look_at, at=at, today=today),
        failed="The unfinished activities of community %s are not looked at yet",
        log=logger,
    )
    return sum(looked_at)


def _look_at(community_id: int, *, at: dt.datetime, today: dt.date) -> int:
    due = OpenDeadline.objects.to_look_at(today).filter(activity__community=community_id).order_by("pk")
    activities = list(due.values_list("pk", flat=True)[:ACTIVITIES_AT_ONCE])
    plans.recount_differing(activities, at=at)
    with transaction.atomic():
        deadlines.end_finished(activities, at=at)
        deadlines.send_alerts(activities, at=at)
        OpenDeadline.objects.filter(pk__in=activities).update(looked_on=today)
    return len(activities)


def _start_lost() -> None:
    """Start missing open deadlines: during an upgrade, the release before stores records alone."""
    lost = ServiceRecord.objects.filter(
        state__in=OPEN_STATES, activity__open_deadline=None, activity__imported=False
    ).order_by()
    OpenDeadline.start(lost.values_list("activity", flat=True).distinct())
