"""The guardian's consents of a minor, as they stand on a day (N2)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from academy.people import ages
from academy.people.models import Consent, Volunteer
from academy.people.services import consents

Kind = Consent.Kind
WORKING_AGE = 16  # N2, Civil Code Art. 18


def covers(volunteer: Volunteer, *, activity_id: int | None, day: dt.date) -> bool:
    """Return whether this minor may take part on `day`: by a guardian, or by own labour (N2)."""
    deciding = deciding_consent(volunteer, activity_id=activity_id)
    if deciding is not None and deciding.is_in_force(day):
        return True
    return consents.has_consented(volunteer, Kind.OWN_LABOUR, day=day)


def deciding_consent(volunteer: Volunteer, *, activity_id: int | None) -> Consent | None:
    """Return the guardian's latest answer for this activity, or for all (as `checkin.context`)."""
    once = Q(kind=Kind.GUARDIAN_ONCE, scope__activity_id=activity_id) if activity_id else Q(pk=None)
    return Consent.objects.of(volunteer).filter(Q(kind=Kind.GUARDIAN) | once).newest()


def is_accompanied(volunteer: Volunteer, day: dt.date) -> bool:
    """Return whether the guardian has to come along: the person is under 14 on `day` (N2)."""
    birth_date = volunteer.birth_date
    return birth_date is not None and ages.age_on(birth_date, day) < ages.SENSITIVE_UNDER


@dataclass(frozen=True)
class ConsentInForce:
    """A consent of a guardian in force, with the activity that it is for; None: for all."""

    consent: Consent
    activity_id: int | None


def given(volunteer: Volunteer, *, day: dt.date) -> list[ConsentInForce]:
    """Return the guardian's consents in force, the one for all activities first. One statement."""
    rows = Consent.objects.of(volunteer).filter(kind__in=consents.OF_GUARDIANS)
    latest: dict[tuple[str, int | None], ConsentInForce] = {}
    for consent in rows.select_related("scope").order_by("recorded_at", "pk"):
        scope = getattr(consent, "scope", None)
        one = ConsentInForce(consent, scope.activity_id if scope else None)
        if consent.kind == Kind.GUARDIAN and not consent.granted:
            latest = {key: kept for key, kept in latest.items() if key[0] != Kind.GUARDIAN_ONCE}
        latest[consent.kind, one.activity_id] = one
    order = {kind: place for place, kind in enumerate(consents.OF_GUARDIANS)}
    found = [one for one in latest.values() if one.consent.is_in_force(day)]
    return sorted(found, key=lambda one: (order[Kind(one.consent.kind)], one.consent.pk))
