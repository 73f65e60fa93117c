"""Services that correct, suspend and reinstate a volunteer."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from academy.core.refusals import Refusal
from academy.people import ages
from academy.people.models import User, Volunteer
from academy.people.names import tidy_name, tidy_phone
from academy.people.refusals import ERASED, LOOKS_KNOWN, MARKED_ALREADY, MERGED, NO_LOGIN, TOO_YOUNG
from academy.people.selectors import alike_on_roll
from academy.people.services import sessions


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
    """Suspend a volunteer from sign-up and check-in, and sign them out everywhere.

    A second suspension replaces the reason and date.
    """
    volunteer.suspended_at = at
    volunteer.suspended_reason = reason
    volunteer.save(update_fields=["suspended_at", "suspended_reason"])
    log(volunteer, "people.suspend", user=by, timestamp=at, data={"reason": reason})
    if volunteer.user is not None:
        sessions.end_all_sessions(user=volunteer.user, reason="suspended", by=by, at=at)
    return volunteer


@transaction.atomic
def reinstate(*, volunteer: Volunteer, reason: str = "", by: User | None, at: dt.datetime) -> Volunteer:
    """End a suspension."""
    volunteer.suspended_at = None
    volunteer.suspended_reason = ""
    volunteer.save(update_fields=["suspended_at", "suspended_reason"])
    log(volunteer, "people.reinstate", user=by, timestamp=at, data={"reason": reason})
    return volunteer


@transaction.atomic
def sign_out_everywhere(*, volunteer: Volunteer, by: User | None, at: dt.datetime) -> Volunteer | Refusal:
    """End all sessions of a volunteer's login. Refuses with `no_login`."""
    if volunteer.user is None:
        return NO_LOGIN
    sessions.end_all_sessions(user=volunteer.user, reason="desk", by=by, at=at)
    return volunteer
