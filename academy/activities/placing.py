"""Sign a person up at the desk, or withdraw them: the services of a volunteer, for staff, with a log."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.activities import services
from academy.activities.models import Role, Shift, SignUp
from academy.activities.needs import reasons
from academy.activities.needs.reasons import Unfit
from academy.activities.seats import places_left
from academy.core.look import period
from academy.core.refusals import Refusal
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.people.refusals import NOT_ALLOWED

OTHER_COMMUNITY = Refusal(
    "other_community", _("This person is on the roll of another community. Choose somebody of the activity's own.")
)
GONE = Refusal("already_done", _("This place was given back already."))

SAID_LENGTH = 200
MOST_COMPANIONS = 20

# The refusals of a volunteer, in words for the member of staff.
_FOR_STAFF = {
    "not_published": _("The activity is not published yet. Publish it, then sign people up."),
    "cancelled": _("The activity is cancelled. Choose another one."),
    "too_late": _("This shift has begun. The leader can still check them in as a walk-in."),
    "already_signed_up": _("This person has a place in this shift already."),
    "shift_full": _("All places are taken. Choose another role or shift, or raise the number of places."),
}
_TOO_LATE_TO_WITHDRAW = Refusal("too_late", _("This shift has begun, so the sign-up stays on record."))


@transaction.atomic
def sign_up(
    *,
    volunteer: Volunteer,
    shift: Shift,
    role: Role,
    by: User,
    at: dt.datetime,
    said: str = "",
    companions: int = 0,
) -> SignUp | Refusal:
    """Give a person a place in a shift, at their wish (R8).

    `said` is the line of a chat group by which they asked for it; `companions` are people without a name whom they
    bring, 20 at most: each takes a place. Refuses like `services.sign_up`, worded for staff, and with `not_allowed`,
    `other_community`, and `shift_full` if the places do not suffice for all of them.
    """
    volunteer = volunteer.stays
    if refusal := refuse_place(volunteer=volunteer, shift=shift, by=by):
        return refusal
    answer = services.sign_up(volunteer=volunteer, shift=shift, role=role, by=by, at=at)
    if isinstance(answer, Refusal):
        return for_staff(answer, volunteer, shift, role)
    if said or companions:
        answer.said, answer.companions = said[:SAID_LENGTH], min(max(companions, 0), MOST_COMPANIONS)
        answer.save(update_fields=["said", "companions"])
        if companions and (left := places_left(role, shift.pk)) < 0:
            transaction.set_rollback(True)
            return too_few_places(companions + 1, left + companions + 1)
    log_act("activities.sign_up", volunteer, shift, role=role.name, by=by, at=at)
    return answer


def too_few_places(wanted: int, left: int) -> Refusal:
    """Return the refusal of a person who brings more people than there are places."""
    sentence = _("%(left)s places are left, and %(wanted)s people would come. Sign up fewer, or raise the places.")
    return Refusal("shift_full", sentence % {"left": left, "wanted": wanted})


def refuse_place(*, volunteer: Volunteer, shift: Shift, by: User) -> Refusal | None:
    """Return `not_allowed` or `other_community` if `by` may not give this person a place, else None."""
    if not by.has_right(Right.RUN_ACTIVITIES, shift.activity.community):
        return NOT_ALLOWED
    return None if volunteer.stays.community_id == shift.activity.community_id else OTHER_COMMUNITY


def for_staff(refusal: Refusal, volunteer: Volunteer, shift: Shift, role: Role) -> Refusal:
    """Return a volunteer's refusal in words for the member of staff, with links to what is missing."""
    if isinstance(refusal, Unfit):
        return reasons.for_staff(volunteer, shift, role, refusal=refusal)
    return Refusal(refusal.code, _FOR_STAFF.get(refusal.code, refusal.message))


@transaction.atomic
def withdraw(*, sign_up: SignUp, reason: str = "", by: User, at: dt.datetime) -> SignUp | Refusal:
    """Give a person's place back, at their wish. The reason may be empty.

    Refuses with `not_allowed`, `too_late`, and with `already_done` if the place was given back meanwhile.
    """
    shift = sign_up.shift
    if not by.has_right(Right.RUN_ACTIVITIES, shift.activity.community):
        return NOT_ALLOWED
    if SignUp.objects.filter(pk=sign_up.pk, cancelled_at=None).select_for_update(no_key=True).first() is None:
        return GONE
    answer = services.cancel_sign_up(sign_up=sign_up, by=by, at=at)
    if isinstance(answer, Refusal):
        return _TOO_LATE_TO_WITHDRAW
    log_act("activities.withdraw", sign_up.volunteer.stays, shift, reason=reason, by=by, at=at)
    return answer


def log_act(action: str, volunteer: Volunteer, shift: Shift, *, by: User, at: dt.datetime, **more: str) -> None:
    """Write the act into the history of both the person and the activity."""
    when = period(shift)
    activity = {"what": shift.activity.title, "when": when, **more}
    log(volunteer, action, user=by, timestamp=at, data=activity)
    log(shift.activity, action, user=by, timestamp=at, data={"what": volunteer.number, "when": when, **more})
