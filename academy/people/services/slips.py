"""Services that issue, find and redeem sign-in slips."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from academy.core import keys
from academy.core.refusals import Refusal
from academy.core.services import log_each
from academy.people.logins import homes_opened, is_staff, may_hand_out
from academy.people.models import Slip, User, Volunteer
from academy.people.permissions import Right
from academy.people.refusals import (
    ERASED,
    LOGIN_CLOSED,
    MERGED,
    NOT_ALLOWED,
    OFF_ROLL,
    OPENS_ELSEWHERE,
    SLIP_OUTGROWN,
    SLIP_REPLACED,
    SLIP_USED,
    STAFF_SLIP,
    UNKNOWN_SLIP,
)
from academy.people.services.logins import login_for
from academy.people.services.sessions import end_all_sessions

SLIP_BITS = 50


def print_slips(
    *, volunteers: Iterable[Volunteer], phone_lost: bool = False, by: User | None, at: dt.datetime
) -> list[tuple[Slip, str]]:
    """Issue a slip with a new code for each volunteer, as `issue_slips` does."""
    codes = [(volunteer, new_code()) for volunteer in volunteers]
    return issue_slips(codes=codes, phone_lost=phone_lost, by=by, at=at)


def new_code() -> str:
    """Return a code for a slip. It is not valid until `issue_slips` has stored its hash."""
    return keys.random_key(SLIP_BITS)


@transaction.atomic
def issue_slips(
    *, codes: Iterable[tuple[Volunteer, str]], phone_lost: bool = False, by: User | None, at: dt.datetime
) -> list[tuple[Slip, str]]:
    """Make these one-time codes valid; each replaces the person's unused one. The codes are not stored.

    If the phone is lost, all sessions of these logins end. Volunteers whom `cannot_have_slip` refuses are missing from
    the result.
    """
    code_of = {volunteer.pk: code for volunteer, code in codes}
    # The later of two prints at the same moment issues the slip that stays.
    locked = Volunteer.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=code_of).order_by("pk")
    people = {volunteer.pk: volunteer for volunteer in locked.select_related("community", "user")}
    may = [people[pk] for pk in code_of if pk in people and cannot_have_slip(people[pk], by=by) is None]
    Slip.objects.filter(volunteer__in=may, used_at=None, replaced_at=None).update(replaced_at=at)
    slips = Slip.objects.bulk_create(
        Slip(volunteer=one, code_hash=_slip_hash(code_of[one.pk]), printed_at=at, printed_by=by) for one in may
    )
    log_each(may, "people.print_slip", by=by, at=at)
    for volunteer in may:
        if phone_lost and volunteer.user is not None:
            end_all_sessions(user=volunteer.user, reason="phone_lost", by=by, at=at)
    return [(slip, code_of[slip.volunteer_id]) for slip in slips]


def cannot_have_slip(volunteer: Volunteer, *, by: User | None) -> Refusal | None:
    """Return why `by` may not print a slip for this person; None if they may.

    Refuses with `merged`, `erased`, `off_roll`, and with `not_allowed`, `staff_slip`, `opens_elsewhere`: a slip is a
    key, so it is printed only by a user who may open all that the login opens (ADR 36).
    """
    if volunteer.merged_into_id is not None:
        return MERGED
    if volunteer.erased_at:
        return ERASED
    if volunteer.left_as:
        return OFF_ROLL
    if by is not None and not by.has_right(Right.MANAGE_PEOPLE, volunteer.community):
        return NOT_ALLOWED
    if volunteer.user is None or may_hand_out(volunteer.user, by=by):
        return None
    return STAFF_SLIP if is_staff(volunteer.user) else OPENS_ELSEWHERE


def find_slip(code: str) -> Slip | Refusal:
    """Return the slip with this code, if it still signs in, without using it up.

    Refuses with `unknown_slip`, `slip_used`, `slip_replaced`, `login_closed`, and with `slip_outgrown` if the login has
    got duties or people since, which the printer of the slip may not open.
    """
    slip = slips_with(code).select_related("volunteer__user", "volunteer__merged_into__user", "printed_by").first()
    if slip is None:
        return UNKNOWN_SLIP
    if slip.used_at is not None:
        return SLIP_USED
    if slip.replaced_at is not None:
        return SLIP_REPLACED
    user = slip_holder(slip).user
    if user is not None and not user.is_active:
        return LOGIN_CLOSED
    return slip if user is None or _may_open(slip, user) else SLIP_OUTGROWN


def _may_open(slip: Slip, user: User) -> bool:
    """Return whether the slip's printer may still open all that its login opens by now (ADR 36).

    A login of one volunteer without duties opens no more than it did, also after the printer has left the desk.
    """
    gained = is_staff(user) or homes_opened(user) - {slip.volunteer.community_id}
    return not gained or may_hand_out(user, by=slip.printed_by)


def slips_with(code: str) -> QuerySet[Slip]:
    """Return the slip with this code, also if it no longer signs in; at most one."""
    return Slip.objects.filter(code_hash=_slip_hash(code))


def use_up(slip: Slip, *, at: dt.datetime) -> bool:
    """Use up the slip. Return False if another request did so first, or printed a newer one."""
    return bool(Slip.objects.filter(pk=slip.pk, used_at=None, replaced_at=None).update(used_at=at))


def slip_holder(slip: Slip) -> Volunteer:
    """Return the person whom the slip signs in; for a merged person, the one who stays."""
    return slip.volunteer.stays


@transaction.atomic
def redeem_slip(*, code: str, at: dt.datetime) -> User | Refusal:
    """Use up the slip and return its login. Refuses like `find_slip`, and the second of two requests."""
    slip = find_slip(code)
    if isinstance(slip, Refusal):
        return slip
    if not use_up(slip, at=at):
        return SLIP_USED
    return login_for(volunteer=slip_holder(slip))


def _slip_hash(code: str) -> str:
    return keys.hash_of("academy.people.slip", code)
