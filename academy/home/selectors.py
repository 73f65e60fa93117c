"""What a volunteer's own pages show. Reads only."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from academy.activities.models import SignUp
from academy.hours import sentences
from academy.hours.models import RecordState, ServiceRecord
from academy.hours.services import totals
from academy.people.models import Volunteer

WHY_IT_WAITS = {
    RecordState.AWAITING_CONFIRMATION: _("Waits for the leader to confirm it."),
    RecordState.AWAITING_MAKEUP: _("A check-in or check-out is missing. Talk to the social worker."),
    RecordState.ON_NOTICE: _("On public notice."),
    RecordState.CONTESTED: _("Somebody objected. It is being looked at."),
}


def records_of(volunteer: Volunteer, *, limit: int) -> list[ServiceRecord]:
    """The latest `limit` records of `volunteer`, those that were withdrawn or corrected left out."""
    records = ServiceRecord.objects.live().of(volunteer)
    return list(records.select_related("activity", "shift", "rule_set")[:limit])


def coming_sign_ups(volunteer: Volunteer, at: dt.datetime) -> list[SignUp]:
    """Shifts that `volunteer` has a place in and that have not ended."""
    return list(
        SignUp.objects.of(volunteer)
        .filter(cancelled_at=None, shift__ends_at__gt=at, shift__activity__cancelled_at=None)
        .select_related("shift__activity", "role")
        .order_by("shift__starts_at")
    )


def rests_on(volunteer: Volunteer) -> list[tuple[Any, int]]:
    """What the volunteer's effective service minutes rest on, in words."""
    return [(sentences.EVIDENCE_WORDS[word], minutes) for word, minutes in totals.minutes_by_evidence(volunteer)]
