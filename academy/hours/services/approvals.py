"""Requests to count more than a day's limit, or beyond the planned end (H4)."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from academy.activities.belongings import may_confirm
from academy.activities.models import Shift
from academy.core.refusals import Refusal
from academy.decisions.services import NEEDS_REASON
from academy.hours.models import DailyApproval, Overtime, ServiceRecord
from academy.hours.services.records import lock_volunteers
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.rulebook.models import RuleSet

NOT_ALLOWED = Refusal(
    "not_allowed", _("Only the activity's leader or a social worker can ask for this. Ask one of them.")
)
NOT_MORE = Refusal("not_more", _("Time within the day's limit needs no approval. Ask for more than that."))
BEYOND_HARD_LIMIT = Refusal("beyond_hard_limit", _("No approval can go beyond the upper limit of a day."))
NOT_AFTER_END = Refusal("not_after_end", _("Overtime must end after the planned end. Give a later time."))
TOO_LONG = Refusal("too_long", _("Overtime is at most twelve hours. Plan another shift instead."))
ALREADY_ASKED = Refusal("already_asked", _("This request was made already and waits for a decision."))

LONGEST_OVERTIME = dt.timedelta(hours=12)


@transaction.atomic
def ask_daily_approval(
    *, volunteer: Volunteer, date: dt.date, minutes: int, reason: str, by: User, at: dt.datetime
) -> DailyApproval | Refusal:
    """Request that the volunteer's `date` hold up to `minutes` of service.

    The rules of their home community apply. Refuses with `not_allowed`, `needs_reason`, `not_more`,
    `beyond_hard_limit`, `already_asked`.
    """
    volunteer, reason = volunteer.stays, reason.strip()
    if not _may_ask(by, volunteer, date):
        return NOT_ALLOWED
    if not reason:
        return NEEDS_REASON
    rules = RuleSet.objects.in_force(volunteer.community_id, date).parameters
    if minutes <= rules["daily_minutes"]:
        return NOT_MORE
    if minutes > rules["daily_hard_minutes"]:
        return BEYOND_HARD_LIMIT
    lock_volunteers([volunteer.pk])
    if DailyApproval.objects.open().filter(volunteer=volunteer, date=date).exists():
        return ALREADY_ASKED
    return DailyApproval.objects.create(
        volunteer=volunteer, date=date, minutes=minutes, reason=reason, asked_by=by, asked_at=at
    )


@transaction.atomic
def ask_overtime(*, shift: Shift, until: dt.datetime, reason: str, by: User, at: dt.datetime) -> Overtime | Refusal:
    """Request that the shift count until `until`, beyond its planned end.

    Refuses with `not_allowed`, `needs_reason`, `not_after_end`, `too_long`, `already_asked`.
    """
    if not may_confirm(by, shift.activity):
        return NOT_ALLOWED
    if not reason.strip():
        return NEEDS_REASON
    if until <= shift.end_with_overtime:
        return NOT_AFTER_END
    if until - shift.ends_at > LONGEST_OVERTIME:
        return TOO_LONG
    list(Shift.objects.select_for_update(no_key=True).filter(pk=shift.pk).values_list("pk"))
    if Overtime.objects.open().filter(shift=shift).exists():
        return ALREADY_ASKED
    return Overtime.objects.create(shift=shift, until=until, reason=reason.strip(), asked_by=by, asked_at=at)


def waiting_overtime(shift: Shift) -> Overtime | None:
    """Return the overtime of the shift that waits for a decision; None without one."""
    return Overtime.objects.open().filter(shift=shift).first()


def waiting_daily_approval(volunteer: Volunteer, date: dt.date) -> DailyApproval | None:
    """Return the request for the volunteer's day that waits for a decision; None without one."""
    return DailyApproval.objects.open().of(volunteer).filter(date=date).first()


def _may_ask(user: User, volunteer: Volunteer, date: dt.date) -> bool:
    if user.has_right(Right.CONFIRM_HOURS, volunteer.community):
        return True
    records = ServiceRecord.objects.live().of(volunteer).filter(date=date)
    return any(may_confirm(user, record.activity) for record in records.select_related("activity__community"))
