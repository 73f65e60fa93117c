"""Reasons against taking part at all: suspended, minor, guardian's consent. The gate asks too."""

import datetime as dt

from academy.activities.refusals import MINOR_NOT_ALLOWED, NEEDS_CONSENT, SUSPENDED, consent_ends
from academy.core.look import day_in_year
from academy.core.refusals import Refusal
from academy.families import guardians
from academy.people import ages
from academy.people.models import Consent, Volunteer


def cannot_take_part(
    volunteer: Volunteer,
    *,
    day: dt.date,
    dangerous: bool,
    activity_id: int | None = None,
    guardian_consents: bool | None = None,
) -> Refusal | None:
    """Return why the volunteer may not take part in a shift on `day`, or None.

    Refuses with `suspended`, `minor_not_allowed`, `needs_consent`. A caller that has read the guardian's consent
    already passes `guardian_consents`; None reads it, for minors only.
    """
    if volunteer.is_suspended:
        return SUSPENDED
    if not ages.is_minor(volunteer.birth_date, day):
        return None
    if dangerous:
        return MINOR_NOT_ALLOWED  # N3: no user may override this
    if guardian_consents is None:
        guardian_consents = guardians.covers(volunteer, activity_id=activity_id, day=day)
    return None if guardian_consents else needs_consent(guardians.deciding_consent(volunteer, activity_id=activity_id))


def needs_consent(latest: Consent | None) -> Refusal:
    """Return the refusal with the day on which the guardian's consent ends, if it ends too early."""
    if latest is None or not latest.granted or latest.valid_until is None:
        return NEEDS_CONSENT
    return consent_ends(day_in_year(latest.valid_until))
