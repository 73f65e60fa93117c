"""Services that record consents, and find those in force (R2)."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from academy.core.refusals import Refusal
from academy.people import ages
from academy.people.models import Consent, User, Volunteer
from academy.people.services import personal_data
from academy.people.signals import consent_recorded

OF_GUARDIANS = (
    Consent.Kind.GUARDIAN,
    Consent.Kind.GUARDIAN_ONCE,
    Consent.Kind.GUARDIAN_NOTICE,
    Consent.Kind.GUARDIAN_PHOTOS,
)


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
    """Record a consent or a withdrawal. The latest of its kind decides (R2).

    The evidence of a minor's consent may name the guardian: it is encrypted under the child's personal key, so that it
    goes when the child's data is erased (ADR 111).
    """
    personal = ""
    if kind in OF_GUARDIANS or ages.is_minor(volunteer.birth_date, timezone.localdate(at)):
        text = personal_data.encrypt_for(volunteer, {"evidence": evidence})
        personal, evidence = ("", evidence) if isinstance(text, Refusal) else (text, "")
    consent = Consent.objects.create(
        volunteer=volunteer,
        kind=kind,
        granted=granted,
        guardian=guardian,
        evidence=evidence,
        personal=personal,
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


def evidence_of(*found: Consent) -> dict[int, str]:
    """Return how each consent (id) was given; empty where it is encrypted and the person's data is erased."""
    hidden = [one for one in found if one.personal]
    read = personal_data.reader_for({one.volunteer_id for one in hidden}) if hidden else None
    said = {one.pk: one.evidence for one in found}
    for one in hidden:
        data = read(one.volunteer_id, one.personal) if read else None
        said[one.pk] = str(data["evidence"]) if data else ""
    return said


@transaction.atomic
def record_consents(
    *, volunteers: Iterable[Volunteer], kind: str, evidence: str, by: User, at: dt.datetime
) -> list[Consent]:
    """Record that these people consented, with one evidence for all; return the new consents.

    Leaves out those whom `may_record_for` leaves out, so that a second call has no effect.
    """
    people = may_record_for(volunteers, kind=kind, day=timezone.localdate(at))
    return [
        record_consent(volunteer=person, kind=kind, granted=True, evidence=evidence, by=by, at=at) for person in people
    ]


def may_record_for(volunteers: Iterable[Volunteer], *, kind: str, day: dt.date) -> list[Volunteer]:
    """Return those of these people whose consent of this kind may be recorded with those of others.

    Leaves out people who have consented already, entries that were joined to another one or erased, and minors: with
    their consent comes their guardian's, each by its own form (K6).
    """
    people = [person for person in volunteers if person.merged_into_id is None and person.erased_at is None]
    latest = latest_consents(people, [kind])
    in_force = {pk for (pk, _kind), consent in latest.items() if consent.is_in_force(day)}
    return [person for person in people if person.pk not in in_force and not ages.is_minor(person.birth_date, day)]


def latest_consent(volunteer: Volunteer, kind: str) -> Consent | None:
    """Return the person's latest consent or withdrawal of this kind; None without any."""
    return Consent.objects.of(volunteer).filter(kind=kind).newest()


def latest_consents(volunteers: Iterable[Volunteer], kinds: Iterable[str]) -> dict[tuple[int, str], Consent]:
    """Return each person's latest consent or withdrawal, by the id of the row that stays and by kind."""
    found = Consent.objects.of_all(volunteers).filter(kind__in=kinds).with_person().order_by("recorded_at", "pk")
    return {(consent.person, consent.kind): consent for consent in found}


def has_consented(volunteer: Volunteer, kind: str, *, day: dt.date) -> bool:
    """Return whether the person's consent of this kind is in force on `day`."""
    consent = latest_consent(volunteer, kind)
    return consent is not None and consent.is_in_force(day)
