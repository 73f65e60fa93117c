"""Services that enter a person on the roll, at the desk and at the gate."""

import datetime as dt
from collections.abc import Collection

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext
from wagtail.log_actions import log

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.core.sequences import next_number
from academy.core.sql import insert_if_absent
from academy.people import ages, numbers
from academy.people.models import Consent, User, Volunteer
from academy.people.names import contact_number, tidy_name, tidy_phone
from academy.people.permissions import Right
from academy.people.refusals import BAD_NAME, BAD_PHONE, LOOKS_KNOWN, MERGED, NOT_ALLOWED, TOO_YOUNG
from academy.people.selectors import alike_on_roll, namesakes_of
from academy.people.services import personal_data
from academy.people.services.consents import record_consent

NAME_LENGTH = 60


@transaction.atomic
def register_volunteer(
    *,
    community: Community,
    name: str,
    phone: str = "",
    birth_date: dt.date | None = None,
    by: User | None,
    at: dt.datetime,
    evidence: str,
    agrees: Collection[str] = (),
    besides: Collection[int] | None = None,
    min_age: int | None = None,
) -> Volunteer | Refusal:
    """Enter a person on the roll, with a number (R6), a personal key and their consent (R2).

    `evidence` describes the consent, and also those of the kinds in `agrees`, such as the public notice (K6). `besides`
    are people (ids) on the roll whom somebody compared and found to be others; None compares with no person, as an
    import does that has its own ways. `min_age` is in years, by default the community's own. Refuses with `too_young`
    (N1), never without a birth date, and with `looks_known` (R5).
    """
    day = timezone.localdate(at)
    if birth_date is not None:
        needed = ages.youngest(community, day) if min_age is None else min_age
        if ages.age_on(birth_date, day) < needed:
            return TOO_YOUNG
    number = _new_number(day.year)  # locks the sequence: of two desks, the second one sees the person of the first
    if besides is not None and alike_on_roll(community, name, phone, birth_date, besides=besides):
        transaction.set_rollback(True)  # frees the number again
        return LOOKS_KNOWN
    volunteer = Volunteer.objects.create(
        community=community,
        number=number,
        name=tidy_name(name),
        phone=tidy_phone(phone),
        birth_date=birth_date,
        registered_at=at,
        registered_by=by,
    )
    _enter(volunteer, evidence=evidence, by=by, at=at)
    for kind in agrees:
        record_consent(volunteer=volunteer, kind=kind, granted=True, evidence=evidence, by=by, at=at)
    return volunteer


@transaction.atomic
def register_at_gate(
    *, community: Community, name: str, phone: str, by: User | None, at: dt.datetime, evidence: str = ""
) -> Volunteer | Refusal:
    """Enter an unknown person at the gate as provisional: name and phone are enough (R1).

    The same name and phone are one person, also if two phones mark them at the same moment. Return the existing person
    with this name and phone; for a merged person, the one who stays. The caller checks whether `by`, who saw the
    person, may let people in; without `by`, the person typed it. `evidence` describes the consent, by default that the
    person said yes at the gate. Refuses with `bad_name`, `bad_phone`.
    """
    name, phone = tidy_name(name), tidy_phone(phone)
    if not 0 < len(name) <= NAME_LENGTH:
        return BAD_NAME
    try:
        contact_number(phone)
    except ValidationError:
        return BAD_PHONE
    volunteer = find_entered(community, name, phone)
    if volunteer is None:
        _mark(community, name, phone, by, at, evidence)
        volunteer = find_entered(community, name, phone)
        assert volunteer is not None
    return volunteer


def find_entered(community: Community, name: str, phone: str) -> Volunteer | None:
    """Return the person with this name and phone: prefer present to merged rows, and the roll to the gate."""
    same = Volunteer.objects.filter(community=community, name=name, phone=phone).select_related("merged_into")
    people = sorted(same, key=lambda one: (one.merged_into_id is not None, one.provisional, one.pk))
    return people[0].stays if people else None


def _mark(community: Community, name: str, phone: str, by: User | None, at: dt.datetime, evidence: str) -> None:
    """Write the provisional person, unless another request has just done so: the constraint decides."""
    with translation.override(settings.LANGUAGE_CODE):
        evidence = evidence or gettext("said yes at the gate")
    with transaction.atomic():
        volunteer = Volunteer(
            community=community,
            number=_new_number(timezone.localdate(at).year),
            name=name,
            phone=phone,
            registered_at=at,
            registered_by=by,
            provisional=True,
        )
        if insert_if_absent(volunteer):
            _enter(Volunteer.objects.get(number=volunteer.number), evidence=evidence, by=by, at=at)
        else:
            transaction.set_rollback(True)  # frees the number again


@transaction.atomic
def accept_provisional(
    *, volunteer: Volunteer, besides: Collection[int] | None = None, by: User, at: dt.datetime
) -> Volunteer | Refusal:
    """Accept a person marked at the gate as a new volunteer. Ignore a second acceptance.

    `besides`: as at the registration, but the name alone is compared: a new phone is no new person. Refuses with
    `not_allowed`, `merged`, `looks_known`.
    """
    if not by.has_right(Right.MANAGE_PEOPLE, volunteer.community):
        return NOT_ALLOWED
    volunteer = Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk)
    if volunteer.merged_into_id is not None:
        return MERGED
    if volunteer.provisional:
        if besides is not None and namesakes_of(volunteer, besides=besides):
            return LOOKS_KNOWN
        volunteer.provisional = False
        volunteer.save(update_fields=["provisional"])
        log(volunteer, "people.accept", user=by, timestamp=at)
    return volunteer


def _new_number(year: int) -> str:
    """Return the next number of the year (R6)."""
    return numbers.compose(year, next_number(f"volunteer:{year}"))


def _enter(volunteer: Volunteer, *, evidence: str, by: User | None, at: dt.datetime) -> None:
    """Give a new row its personal key and its consent (R2), in the caller's transaction."""
    personal_data.create_key(volunteer)
    record_consent(volunteer=volunteer, kind=Consent.Kind.REGISTRATION, granted=True, evidence=evidence, by=by, at=at)
    log(volunteer, "people.register", user=by, timestamp=at)
