"""Recording consents, and asking which are in force (R2)."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from wagtail.log_actions import log

from academy.people.models import Consent, User, Volunteer
from academy.people.signals import consent_recorded


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
    """Record a yes or a withdrawal; the latest of its kind decides (R2)."""
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
    consent_recorded.send(sender=Consent, consent=consent)
    log(
        volunteer,
        "people.consent",
        user=by,
        timestamp=at,
        data={"kind": str(kind), "granted": granted, "evidence": evidence},
    )
    return consent


def latest_consent(volunteer: Volunteer, kind: str) -> Consent | None:
    """Return what the person said last about `kind`, a yes or a withdrawal; None where they were never asked."""
    return Consent.objects.of(volunteer).filter(kind=kind).newest()


def latest_consents(volunteers: Iterable[Volunteer], kinds: Iterable[str]) -> dict[tuple[int, str], Consent]:
    """Return what each person said last about each of `kinds`, by the id of the row that stays and kind."""
    said = Consent.objects.of_all(volunteers).filter(kind__in=kinds).with_person().order_by("recorded_at", "pk")
    return {(consent.person, consent.kind): consent for consent in said}


def has_consented(volunteer: Volunteer, kind: str, *, day: dt.date) -> bool:
    """Whether the person's consent of this kind is in force on `day`."""
    consent = latest_consent(volunteer, kind)
    return consent is not None and consent.is_in_force(day)
