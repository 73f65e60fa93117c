"""Services that correct and suspend a volunteer, let one leave, and let one return."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from academy.core.refusals import Refusal
from academy.people import ages
from academy.people.models import Card, Leaving, Slip, User, Volunteer
from academy.people.names import tidy_name, tidy_phone
from academy.people.refusals import ERASED, LEFT_ALREADY, LOOKS_KNOWN, MARKED_ALREADY, MERGED, NO_LOGIN, TOO_YOUNG
from academy.people.selectors import alike_on_roll
from academy.people.services import sessions
from academy.people.signals import participation_ended


@transaction.atomic
def correct_volunteer(
    *,
    volunteer: Volunteer,
    name: str,
    phone: str,
    birth_date: dt.date | None,
    besides: Collection[int] | None = None,
    by: User | None,
    at: dt.datetime,
) -> Volunteer | Refusal:
    """Correct a person's name, phone and birth date on the roll.

    Refuses with `merged`, `erased`; with `too_young`, judged on the day of their registration (N1); with
    `marked_already` if another person marked at the gate has this name and phone; and with `looks_known` if the
    corrected entry is like one that is not among `besides` (R5), as when a person marked at the gate gets a birth date.
    None compares with no one.
    """
    if volunteer.merged_into_id is not None:
        return MERGED
    if volunteer.erased_at:
        return ERASED
    registered_on = timezone.localdate(volunteer.registered_at)
    if birth_date is not None and ages.age_on(birth_date, registered_on) < ages.youngest(
        volunteer.community, registered_on
    ):
        return TOO_YOUNG
    name, phone = tidy_name(name), tidy_phone(phone)
    if volunteer.provisional:
        marked = Volunteer.objects.present().filter(community=volunteer.community_id, provisional=True)
        if marked.filter(name=name, phone=phone).exclude(pk=volunteer.pk).exists():
            return MARKED_ALREADY
    corrected = (name, phone, birth_date) != (volunteer.name, volunteer.phone, volunteer.birth_date)
    known = {volunteer.pk, *(besides or ())}
    compared = corrected and besides is not None
    if compared and alike_on_roll(volunteer.community, name, phone, birth_date, besides=known):
        return LOOKS_KNOWN
    volunteer.name, volunteer.phone, volunteer.birth_date = name, phone, birth_date
    volunteer.save(update_fields=["name", "phone", "birth_date"])
    log(volunteer, "wagtail.edit", user=by, timestamp=at, content_changed=True)
    return volunteer


@transaction.atomic
def suspend(*, volunteer: Volunteer, reason: str, by: User | None, at: dt.datetime) -> Volunteer:
    """Suspend a volunteer from sign-up and check-in: sign-ins, slips and sign-ups to come end.

    The check-in card stays theirs, and is refused until the suspension ends. A second suspension replaces the
    reason and date.
    """
    volunteer.refresh_from_db(fields=["left_as"])
    _take_out(volunteer, volunteer.left_as, reason, at)
    log(volunteer, "people.suspend", user=by, timestamp=at, data={"reason": reason})
    _end_keys(volunteer, reason="suspended", by=by, at=at)
    return volunteer


@transaction.atomic
def leave(
    *, volunteer: Volunteer, reason: str, died: bool = False, by: User | None, at: dt.datetime
) -> Volunteer | Refusal:
    """Let a person leave, or record their death: card, slips, sign-ins and sign-ups to come end at once.

    Hours, certificates and consents stay. The login of a person who died is closed. Refuses with `merged`, `erased`,
    and with `left_already` if the entry says so.
    """
    if volunteer.merged_into_id is not None:
        return MERGED
    locked = Volunteer.objects.select_for_update(no_key=True, of=("self",))
    volunteer.refresh_from_db(fields=["left_as", "user", "erased_at"], from_queryset=locked)
    if volunteer.erased_at is not None:
        return ERASED
    kind = Leaving.DIED if died else Leaving.LEFT
    if volunteer.left_as in (kind, Leaving.DIED):
        return LEFT_ALREADY
    _take_out(volunteer, kind, reason, at)
    log(volunteer, "people.die" if died else "people.leave", user=by, timestamp=at, data={"reason": reason})
    Card.objects.of(volunteer).filter(revoked_at=None).update(revoked_at=at)
    _end_keys(volunteer, reason=kind.value, by=by, at=at)
    if died and volunteer.user is not None:
        volunteer.user.is_active = False
        volunteer.user.save(update_fields=["is_active"])
    return volunteer


@transaction.atomic
def reinstate(*, volunteer: Volunteer, reason: str = "", by: User | None, at: dt.datetime) -> Volunteer:
    """End a suspension, let a person return, or correct a death that was recorded by mistake.

    Sign-ups, slips and cards that ended stay ended: the person gets new ones.
    """
    volunteer.refresh_from_db(fields=["left_as", "user", "erased_at"])
    if volunteer.left_as == Leaving.DIED and volunteer.user is not None and volunteer.erased_at is None:
        volunteer.user.is_active = True
        volunteer.user.save(update_fields=["is_active"])
    action = "people.return" if volunteer.left_as else "people.reinstate"
    volunteer.suspended_at = None
    volunteer.suspended_reason = volunteer.left_as = ""
    volunteer.save(update_fields=["suspended_at", "suspended_reason", "left_as"])
    log(volunteer, action, user=by, timestamp=at, data={"reason": reason})
    return volunteer


def _take_out(volunteer: Volunteer, left_as: str, reason: str, at: dt.datetime) -> None:
    volunteer.suspended_at, volunteer.suspended_reason, volunteer.left_as = at, reason, left_as
    volunteer.save(update_fields=["suspended_at", "suspended_reason", "left_as"])


def _end_keys(volunteer: Volunteer, *, reason: str, by: User | None, at: dt.datetime) -> None:
    """End slips and sign-ins at once, and let upper apps end what is to come."""
    volunteer.refresh_from_db(fields=["user"])
    rows = Volunteer.objects.one_with(volunteer.pk)
    Slip.objects.filter(volunteer__in=rows, used_at=None, replaced_at=None).update(replaced_at=at)
    if volunteer.user is not None:
        sessions.end_all_sessions(user=volunteer.user, reason=reason, by=by, at=at)
    participation_ended.send(sender=Volunteer, volunteer=volunteer, by=by, at=at)


@transaction.atomic
def sign_out_everywhere(*, volunteer: Volunteer, by: User | None, at: dt.datetime) -> Volunteer | Refusal:
    """End all sessions of a volunteer's login. Refuses with `no_login`."""
    if volunteer.user is None:
        return NO_LOGIN
    sessions.end_all_sessions(user=volunteer.user, reason="desk", by=by, at=at)
    return volunteer
