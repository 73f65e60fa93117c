"""The guardian's consents of a minor, as they stand on a day (N2)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from academy.people import ages
from academy.people.models import Consent, Volunteer
from academy.people.services import consents

Kind = Consent.Kind
_DECIDING = (Kind.GUARDIAN, Kind.GUARDIAN_ONCE)
WORKING_AGE = 16  # N2, Civil Code Art. 18


class MinorsConsents:
    """The consents for these people under age, read in one statement: a guardian's, or own labour (N2)."""

    def __init__(self, people: Iterable[Volunteer]) -> None:
        rows = Consent.objects.of_all(people).filter(kind__in=(*_DECIDING, Kind.OWN_LABOUR)).with_person()
        self._newest: dict[tuple[int, str, int | None], Consent] = {}
        for row in rows.select_related("scope").order_by("recorded_at", "pk"):
            scope = getattr(row, "scope", None)
            activity = scope.activity_id if scope else None
            self._newest[row.person, row.kind, activity] = row

    def deciding(self, volunteer: Volunteer, *, activity_id: int | None) -> Consent | None:
        """Return the guardian's latest answer for this activity, or for all (as `checkin.context`)."""
        person = volunteer.stays.pk
        answers = [self._newest.get((person, Kind.GUARDIAN, None))]
        if activity_id is not None:
            answers.append(self._newest.get((person, Kind.GUARDIAN_ONCE, activity_id)))
        return max(filter(None, answers), key=lambda one: (one.recorded_at, one.pk), default=None)

    def cover(self, volunteer: Volunteer, *, activity_id: int | None, day: dt.date) -> bool:
        """Return whether this minor may take part on `day`."""
        own = self._newest.get((volunteer.stays.pk, Kind.OWN_LABOUR, None))
        standing = (self.deciding(volunteer, activity_id=activity_id), own)
        return any(one is not None and one.is_in_force(day) for one in standing)


def covers(volunteer: Volunteer, *, activity_id: int | None, day: dt.date) -> bool:
    """Return whether this minor may take part on `day`: by a guardian, or by own labour (N2)."""
    return MinorsConsents([volunteer]).cover(volunteer, activity_id=activity_id, day=day)


def deciding_consent(volunteer: Volunteer, *, activity_id: int | None) -> Consent | None:
    """Return the guardian's latest answer for this activity, or for all."""
    return MinorsConsents([volunteer]).deciding(volunteer, activity_id=activity_id)


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
