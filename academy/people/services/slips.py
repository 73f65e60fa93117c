"""Printing, finding and redeeming sign-in slips."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from wagtail.log_actions import log

from academy.core import keys
from academy.core.refusals import Refusal
from academy.people.logins import is_staff, may_hand_out
from academy.people.models import Slip, User, Volunteer
from academy.people.refusals import (
    LOGIN_CLOSED,
    MERGED,
    SLIP_REPLACED,
    SLIP_USED,
    STAFF_LOGIN,
    STAFF_SLIP,
    UNKNOWN_SLIP,
)
from academy.people.services.consents import allow_agent
from academy.people.services.logins import login_for

SLIP_BITS = 50


@transaction.atomic
def print_slips(*, volunteers: Iterable[Volunteer], by: User | None, at: dt.datetime) -> list[tuple[Slip, str]]:
    """A new one-time code for each, which replaces the one not yet used; the codes are not kept.

    Those whom `cannot_have_slip` refuses are left out: compare with what was asked for.
    """
    slips = []
    for volunteer in volunteers:
        if cannot_have_slip(volunteer, by=by) is not None:
            continue
        Slip.objects.filter(volunteer=volunteer, used_at=None, replaced_at=None).update(replaced_at=at)
        code = keys.random_key(SLIP_BITS)
        slip = Slip.objects.create(volunteer=volunteer, code_hash=_slip_hash(code), printed_at=at, printed_by=by)
        log(volunteer, "people.print_slip", user=by, timestamp=at)
        slips.append((slip, code))
    return slips


def cannot_have_slip(volunteer: Volunteer, *, by: User | None) -> Refusal | None:
    """Why `by` may print this person no slip: `merged`, `staff_slip`; `None` if they may.

    Whoever holds a slip signs in with it. Without the second, printing one would be a way to anybody's duties.
    """
    if volunteer.merged_into_id is not None:
        return MERGED
    return None if volunteer.user is None or may_hand_out(volunteer.user, by=by) else STAFF_SLIP


def find_slip(code: str) -> Slip | Refusal:
    """The slip with this code, if it still signs in; changes nothing.

    Refuses with `unknown_slip`, `slip_used`, `slip_replaced`, `login_closed`.
    """
    slips = Slip.objects.select_related("volunteer__user", "volunteer__merged_into__user")
    slip = slips.filter(code_hash=_slip_hash(code)).first()
    if slip is None:
        return UNKNOWN_SLIP
    if slip.used_at is not None:
        return SLIP_USED
    if slip.replaced_at is not None:
        return SLIP_REPLACED
    user = slip_holder(slip).user
    return slip if user is None or user.is_active else LOGIN_CLOSED


def slip_holder(slip: Slip) -> Volunteer:
    """Whom the slip signs in: who was merged into somebody else comes in as the one who stays."""
    return slip.volunteer.merged_into or slip.volunteer


def slip_belongs_to(user: User, *, code: str) -> bool:
    """Whether the slip with this code, used or not, is this login's own, or of somebody who shares its phone.

    Of somebody who was merged it is the one's who stays.
    """
    of_this_phone = Q()
    for person in ("volunteer", "volunteer__merged_into"):
        of_this_phone |= Q(**{f"{person}__user": user}) | Q(**{f"{person}__agencies__user": user})
    return Slip.objects.filter(of_this_phone, code_hash=_slip_hash(code)).exists()


@transaction.atomic
def redeem_slip(*, code: str, at: dt.datetime) -> User | Refusal:
    """Uses up the slip and returns the login it signs in, of two at once the first. Refuses like `find_slip`."""
    slip = find_slip(code)
    if isinstance(slip, Refusal):
        return slip
    live = Slip.objects.filter(pk=slip.pk, used_at=None, replaced_at=None)
    if not live.update(used_at=at):
        return SLIP_USED
    return login_for(volunteer=slip_holder(slip))


def cannot_share(user: User, volunteer: Volunteer) -> Refusal | None:
    """Why the phone that `user` is signed in on cannot be this person's too: `staff_login`; `None` if it can.

    A login that opens the back office stays with whoever has the duty; so does a phone that is signed in with it.
    """
    return STAFF_LOGIN if any(is_staff(login) for login in (user, volunteer.user) if login is not None) else None


@transaction.atomic
def share_phone(*, user: User, code: str, at: dt.datetime) -> Volunteer | Refusal:
    """Uses up the slip, and from then on `user` acts for its holder, who consented by handing it over.

    Nobody's sign-in changes. Refuses like `find_slip`, and with `staff_login`; then the slip stays good.
    """
    slip = find_slip(code)
    if isinstance(slip, Refusal):
        return slip
    volunteer = slip_holder(slip)
    if (refusal := cannot_share(user, volunteer)) is not None:
        return refusal
    if not Slip.objects.filter(pk=slip.pk, used_at=None, replaced_at=None).update(used_at=at):
        return SLIP_USED
    if volunteer.user_id != user.pk:
        with translation.override(settings.LANGUAGE_CODE):
            evidence = gettext("sign-in slip used on the phone of %(name)s") % {"name": user}
        allow_agent(volunteer=volunteer, user=user, evidence=evidence, by=user, at=at)
    return volunteer


def _slip_hash(code: str) -> str:
    return salted_hmac("academy.people.slip", keys.normalise_key(code), algorithm="sha256").hexdigest()
