"""Queries for a volunteer's own pages."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, Subquery
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity, SignUp
from academy.advancement.models import StarRating
from academy.checkin.models import Visit
from academy.core import shown_hours
from academy.core.templatetags.academy import working_day
from academy.hours import sentences
from academy.hours.models import RecordState, ServiceRecord
from academy.hours.models.records import RecordQuerySet
from academy.hours.services import deadlines, totals
from academy.messaging.models import Message
from academy.people.models import User, Volunteer

NO_CHECK_OUT = _("There is no check-out, so no time counts yet. Say when you left.")
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
    if record.lacks_check_out:
        return NO_CHECK_OUT
    if record.role_missing and record.state == RecordState.AWAITING_CONFIRMATION:
        return ROLE_MISSING
    old = record.replaces
    if old is not None and record.waits_to_replace and record.state == RecordState.ON_NOTICE:
        hours = shown_hours.hours(old.minutes, record.community_id)
        return CORRECTION_WAITS % {"hours": hours, "day": working_day(record.effective_on)}
    return WHY_IT_WAITS.get(RecordState(record.state), "")


def records_of(volunteer: Volunteer) -> RecordQuerySet:
    """Return the records of `volunteer`, the latest first, without withdrawn and corrected ones."""
    records: RecordQuerySet = ServiceRecord.objects.live().of(volunteer)
    return records.select_related("activity", "shift", "rule_set", "replaces")


def stars_and_leading(volunteer: Volunteer, user: User) -> tuple[int, bool]:
    """Return the stars of `volunteer`, and whether `user` leads or led an activity. One statement."""
    awarded = StarRating.objects.of(volunteer).accepted().order_by("-stars").values("stars")[:1]
    leads = Exists(Activity.objects.led_by(user).published())
    stars, leading = Volunteer.objects.filter(pk=volunteer.pk).values_list(Subquery(awarded), leads).get()
    return stars or 0, leading


def split_reminders(unread: Sequence[Message]) -> tuple[list[Message], list[Message], int]:
    """Return the other messages, the reminders of deadlines, and of how many activities these remind.

    The reminders of one activity alone stay among the others, the latest of them.
    """
    reminders = [one for one in unread if deadlines.find_reminded(one.key) is not None]
    others = [one for one in unread if one not in reminders]
    activities = {deadlines.find_reminded(one.key) for one in reminders}
    if len(activities) == 1:
        others = [one for one in unread if one not in reminders[1:]]
        reminders = []
    return others, reminders, len(activities)


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
