"""Receivers of signals from the apps below: changed visits, the clock, a person's description."""

import datetime as dt
import logging
from typing import Any

from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from academy.activities.signals import plan_changed
from academy.checkin.signals import visits_changed
from academy.core import shown_hours
from academy.core.refusals import Refusal
from academy.core.signals import tick
from academy.hours import anchors
from academy.hours.services import corrections, joining, notices, plans, records, totals, unfinished
from academy.people.models import User, Volunteer
from academy.people.signals import describe_person, login_linked, volunteers_joined, volunteers_merging

logger = logging.getLogger(__name__)


@receiver(visits_changed, dispatch_uid="hours.count_again")
def count_again(volunteer_id: int, shift_id: int, **kwargs: Any) -> None:
    """Count a changed visit. Log any error: the scans are stored already, and the sweep tries again."""
    try:
        records.compute_one(volunteer_id=volunteer_id, shift_id=shift_id, at=timezone.now())
    except Exception:
        logger.exception("No record yet for volunteer %s at shift %s", volunteer_id, shift_id)


@receiver(volunteers_joined, sender=Volunteer, dispatch_uid="hours.put_days_right")
def put_days_right(stays: Volunteer, by: User, at: dt.datetime, **kwargs: Any) -> Refusal | None:
    """Correct at once what two entries of one person hold beyond the rules: more never stands (H4, H5).

    Then count what waits beside it.
    """
    reason = _("Two entries of one person became one: their day was counted again.")
    refusal = corrections.put_days_right(volunteer=stays, by=by, at=at, reason=str(reason))
    if refusal is None:
        joining.count_waiting(volunteer=stays, at=at)
    return refusal


@receiver(volunteers_merging, sender=Volunteer, dispatch_uid="hours.take_back_own")
def take_back_own(goes: Volunteer, stays: Volunteer, by: User, at: dt.datetime, **kwargs: Any) -> None:
    """Take back hours that one row confirmed for the other (K4)."""
    joining.take_back_own(goes=goes, stays=stays, by=by, at=at)


@receiver(login_linked, sender=Volunteer, dispatch_uid="hours.take_back_what_the_login_confirmed")
def take_back_what_the_login_confirmed(volunteer: Volunteer, by: User, at: dt.datetime, **kwargs: Any) -> None:
    """Take back hours that the login confirmed for the person who it is now (K4), and count them again."""
    reason = gettext_noop("Confirmed with a sign-in that is the volunteer's own now. Another person confirms it (K4).")
    own = joining.take_back_own(goes=volunteer, stays=volunteer, by=by, at=at, reason=reason)
    for volunteer_id, shift_id in sorted({(record.volunteer_id, record.shift_id) for record in own}):
        records.compute_one(volunteer_id=volunteer_id, shift_id=shift_id, at=at)


@receiver(plan_changed, dispatch_uid="hours.count_by_the_new_plan")
def count_by_the_new_plan(activity_id: int, **kwargs: Any) -> None:
    """Count again by a changed plan. Log any error: the plan is stored already, and the sweep tries again."""
    try:
        plans.recount(activity_id=activity_id, at=timezone.now())
    except Exception:
        logger.exception("The hours of activity %s do not follow its plan yet", activity_id)


@receiver(tick, dispatch_uid="hours.sweep_plans")
def sweep_plans(at: dt.datetime, **kwargs: Any) -> None:
    plans.sweep_plans(at=at)


@receiver(tick, dispatch_uid="hours.sweep")
def sweep(at: dt.datetime, **kwargs: Any) -> None:
    records.sweep_records(at=at)


@receiver(tick, dispatch_uid="hours.end_notices")
def end_notices(at: dt.datetime, **kwargs: Any) -> None:
    if notices.end_notices(at=at):
        # The log goes elsewhere: an anchor that this database cannot change.
        for anchor in anchors.anchors():
            logger.info("ledger head: %s of %s", anchor, anchor.day)


@receiver(tick, dispatch_uid="hours.look_at_unfinished")
def look_at_unfinished(at: dt.datetime, **kwargs: Any) -> None:
    unfinished.look_at_unfinished(at=at)


@receiver(describe_person, dispatch_uid="hours.effective")
def describe_hours(volunteer: Volunteer, **kwargs: Any) -> list[tuple[Any, str]]:
    """Return the volunteer's effective service hours."""
    return [
        (
            _("effective service hours"),
            shown_hours.hours(totals.total_of(volunteer).service_minutes, volunteer.community_id),
        )
    ]
