"""Reminders to check out after a shift: to the people still in, and to the leader."""

import datetime as dt
import logging
from collections import defaultdict
from itertools import chain

from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext

from academy.activities.message_kinds import REMINDER
from academy.checkin.context import shift_window
from academy.checkin.models import Visit
from academy.core import formats
from academy.core.links import link_to
from academy.core.one_by_one import each_alone
from academy.messaging.kinds import WORK
from academy.messaging.models import Tone
from academy.messaging.services import Draft, send_all

logger = logging.getLogger(__name__)

LONGEST = dt.timedelta(days=1)  # between the end of a shift and its last check-out, under any rule set


def remind(*, at: dt.datetime) -> int:
    """Remind the people still in after a shift and its overtime, while they can check out (C2).

    Each visit has one reminder, and the leader one for each shift: a second call sends no message. Return the number of
    messages.
    """
    still_in = _still_in(at)
    drafts = each_alone(
        still_in,
        lambda shift_id: _drafts_for(still_in[shift_id], at),
        failed="The people still in at shift %s are not reminded yet",
        log=logger,
    )
    return send_all(chain.from_iterable(drafts), at=at) if any(drafts) else 0


def _drafts_for(visits: list[Visit], at: dt.datetime) -> list[Draft]:
    """Return the reminders about these open visits of one shift; none after its last check-out."""
    shift = visits[0].shift
    activity = shift.activity
    closes_at = shift_window(shift, activity.community_id).closes_at
    if at > closes_at:
        return []
    until = formats.clock(timezone.localtime(closes_at))
    to_volunteers = [
        Draft(
            REMINDER,
            visit.volunteer,
            # An id in hex is short enough for the key of any visit.
            f"still_in:{shift.pk}:{visit.volunteer_id}:{visit.opened_by_id.hex}",
            _to_volunteer(
                title=activity.title,
                since=formats.clock(timezone.localtime(visit.opened_at)),
                until=until,
            ),
            reverse("activities:detail", args=[activity.pk]),
            Tone.TODO,
            until=closes_at,
        )
        for visit in visits
    ]
    to_leader = Draft(
        WORK,
        activity.leader,
        f"still_in:{shift.pk}",
        _to_leader(title=activity.title, count=len(visits), until=until),
        link_to("leader_page", activity.pk),
        Tone.TODO,
        until=closes_at,
    )
    return [*to_volunteers, to_leader]


def _still_in(at: dt.datetime) -> dict[int, list[Visit]]:
    """Return the open visits of each shift that ended within the last day."""
    visits = (
        Visit.objects.open()
        .filter(sealed_at=None)  # a sealed one was given up: history, which the index leaves out
        .annotate(ended_at=Coalesce("shift__overtime_until", "shift__ends_at"))
        .filter(ended_at__lte=at, ended_at__gt=at - LONGEST, shift__activity__cancelled_at=None)
        .select_related("volunteer__merged_into", "shift__activity__leader__merged_into")
        .order_by("shift", "opened_at", "pk")
    )
    of_shift: dict[int, list[Visit]] = defaultdict(list)
    for visit in visits:
        of_shift[visit.shift_id].append(visit)
    return of_shift


def _volunteers_text(*, title: str, since: str, until: str) -> str:
    return gettext(
        "You are still checked in at “%(title)s”, since %(since)s. Without a check-out this time does not count: scan "
        "the activity's code once more by %(until)s, or ask the leader to check you out."
    ) % {"title": title, "since": since, "until": until}


def _leaders_text(*, title: str, count: int, until: str) -> str:
    return ngettext(
        "%(count)s person is still in at “%(title)s”. Check everybody out by %(until)s.",
        "%(count)s people are still in at “%(title)s”. Check everybody out by %(until)s.",
        count,
    ) % {"title": title, "count": count, "until": until}


# Lazy: each message is worded in its own language when it is sent.
_to_volunteer = lazy(_volunteers_text, str)
_to_leader = lazy(_leaders_text, str)
