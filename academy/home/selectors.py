"""Queries for a volunteer's own pages."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from academy.activities.models import SignUp
from academy.checkin.models import Visit
from academy.core import shown_hours
from academy.core.templatetags.academy import working_day
from academy.hours import sentences
from academy.hours.models import RecordState, ServiceRecord
from academy.hours.services import totals
from academy.people.models import Volunteer

ROLE_MISSING = _("No role is known for you there. The leader still has to say what you did.")
CORRECTION_WAITS = _("A correction on public notice. Until %(day)s, %(hours)s hours count here.")
WHY_IT_WAITS = {
    RecordState.AWAITING_CONFIRMATION: _("The leader has not confirmed it yet."),
    RecordState.AWAITING_MAKEUP: _("A check-in or check-out is missing. Talk to the social worker."),
    RecordState.ON_NOTICE: _("On public notice."),
    RecordState.CONTESTED: _("Somebody objected. A second person checks it."),
}


def why_it_waits(record: ServiceRecord) -> Any:
    """Return why the record does not count yet, in one sentence; empty if it does not wait."""
    if record.role_missing and record.state == RecordState.AWAITING_CONFIRMATION:
        return ROLE_MISSING
    old = record.replaces
    if old is not None and record.waits_to_replace and record.state == RecordState.ON_NOTICE:
        hours = shown_hours.hours(old.minutes, record.community_id)
        return CORRECTION_WAITS % {"hours": hours, "day": working_day(record.effective_on)}
    return WHY_IT_WAITS.get(RecordState(record.state), "")


def records_of(volunteer: Volunteer, *, limit: int) -> list[ServiceRecord]:
    """Return the latest `limit` records of `volunteer`, without withdrawn and corrected ones."""
    records = ServiceRecord.objects.live().of(volunteer)
    return list(records.select_related("activity", "shift", "rule_set", "replaces")[:limit])


def coming_sign_ups(volunteer: Volunteer, at: dt.datetime) -> list[SignUp]:
    """Return the sign-ups for shifts that have not ended and that `volunteer` has not come to."""
    return list(
        SignUp.objects.of(volunteer)
        .filter(cancelled_at=None, shift__ends_at__gt=at, shift__activity__cancelled_at=None)
        .exclude(shift__in=Visit.objects.of(volunteer).values("shift"))
        .select_related("shift__activity", "role")
        .order_by("shift__starts_at")
    )


def rests_on(volunteer: Volunteer) -> list[tuple[Any, int]]:
    """Return the kinds of evidence behind the volunteer's effective minutes, in words, with their minutes."""
    return [(sentences.EVIDENCE_WORDS[word], minutes) for word, minutes in totals.minutes_by_evidence(volunteer)]
