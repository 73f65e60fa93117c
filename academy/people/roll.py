"""Entering somebody on the roll: what registering at the desk and marking at the gate have in common."""

import datetime as dt
import re

from django.db import transaction
from wagtail.log_actions import log

from academy.core import encryption, keys
from academy.core.sequences import next_number
from academy.people.models import Agency, Consent, PersonalKey, User, Volunteer

NUMBER_DIGITS = 6
_BLANK_IN_CHINESE = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")


def tidy_name(name: str) -> str:
    """Single blanks, and none between Chinese characters: 王　英 is how offices align a name of two."""
    return _BLANK_IN_CHINESE.sub("", " ".join(name.split()))


def new_number(year: int) -> str:
    """The next volunteer number: ``V`` + year + sequence + check character, never the ID number (R6)."""
    body = f"V{year}{next_number(f'volunteer:{year}'):0{NUMBER_DIGITS}}"
    return body + keys.check_character(body)


def enter(volunteer: Volunteer, *, evidence: str, by: User | None, at: dt.datetime) -> None:
    """Gives a new row its personal key and the consent that `evidence` tells of (R2). In the caller's transaction."""
    PersonalKey.objects.create(volunteer=volunteer, wrapped=encryption.new_personal_key())
    record_consent(volunteer=volunteer, kind=Consent.Kind.REGISTRATION, granted=True, evidence=evidence, by=by, at=at)
    log(volunteer, "people.register", user=by, timestamp=at)


@transaction.atomic
def record_consent(
    *,
    volunteer: Volunteer,
    kind: str,
    granted: bool,
    evidence: str,
    by: User | None,
    at: dt.datetime,
    guardian: User | None = None,
    valid_until: dt.date | None = None,
) -> Consent:
    """Writes down a yes or a withdrawal; the latest of its kind is in force (R2)."""
    consent = Consent.objects.create(
        volunteer=volunteer,
        kind=kind,
        granted=granted,
        guardian=guardian,
        evidence=evidence,
        recorded_by=by,
        recorded_at=at,
        valid_until=valid_until,
    )
    if kind == Consent.Kind.AGENCY and not granted:
        Agency.objects.filter(volunteer=volunteer).delete()
    log(
        volunteer,
        "people.consent",
        user=by,
        timestamp=at,
        data={"kind": str(kind), "granted": granted, "evidence": evidence},
    )
    return consent
