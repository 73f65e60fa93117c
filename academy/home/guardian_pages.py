"""Queries for the guardian's page: today at the activity, places to come, certificates, consents (N2)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from academy.activities.models import Activity, Shift, SignUp
from academy.activities.offers import telephone_of_leader, telephone_of_unit
from academy.certificates import printing
from academy.certificates.models import Certificate
from academy.checkin.models import Visit
from academy.families import guardian_services, guardians
from academy.families.models import GuardianLink
from academy.home import selectors
from academy.people import ages
from academy.people.models import Consent, Volunteer


@dataclass(frozen=True)
class Today:
    """A shift of today with the child's check-ins, and the number to call."""

    shift: Shift
    place: SignUp | None
    visits: Sequence[Visit]
    leader_telephone: str  # empty unless the leader consented (ADR 56)
    unit_telephone: str

    @property
    def is_to_come(self) -> bool:
        return not self.visits and timezone.now() < self.shift.starts_at


@dataclass(frozen=True)
class ShownConsent:
    """A consent in force, with its activity if it is for one alone."""

    consent: Consent
    activity: Activity | None

    @property
    def is_extra(self) -> bool:
        return self.consent.kind in (Consent.Kind.GUARDIAN_NOTICE, Consent.Kind.GUARDIAN_PHOTOS)


def today(person: Volunteer, *, at: dt.datetime) -> list[Today]:
    """Return the shifts of today in which the child has a place, or to which they came."""
    start = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    of_today = Shift.objects.filter(starts_at__lt=start + dt.timedelta(days=1), ends_at__gt=start)
    places = SignUp.objects.of(person).filter(cancelled_at=None, shift__in=of_today)
    visits = list(Visit.objects.of(person).filter(shift__in=of_today).order_by("opened_at"))
    place_at = {place.shift_id: place for place in places}
    there = {visit.shift_id for visit in visits} | place_at.keys()
    shifts = Shift.objects.filter(pk__in=there, activity__cancelled_at=None).order_by("starts_at", "pk")
    return [
        Today(
            shift=shift,
            place=place_at.get(shift.pk),
            visits=[visit for visit in visits if visit.shift_id == shift.pk],
            leader_telephone=telephone_of_leader(shift.activity, at=at),
            unit_telephone=telephone_of_unit(shift.activity),
        )
        for shift in shifts.select_related("activity__leader__merged_into", "activity__issuer")
    ]


def coming(person: Volunteer, *, at: dt.datetime) -> list[SignUp]:
    """Return the child's places in shifts of later days."""
    today = timezone.localdate(at)
    return [place for place in selectors.coming_sign_ups(person, at) if place.shift.date > today]


def next_of(person: Volunteer, *, at: dt.datetime) -> list[Today]:
    """Return the child's shifts of today; without any, the next one to come."""
    if found := today(person, at=at):
        return found
    return [
        Today(
            shift=place.shift,
            place=place,
            visits=[],
            leader_telephone=telephone_of_leader(place.shift.activity, at=at),
            unit_telephone=telephone_of_unit(place.shift.activity),
        )
        for place in coming(person, at=at)[:1]
    ]


def consented(person: Volunteer, *, at: dt.datetime) -> list[ShownConsent]:
    """Return the guardian's consents in force."""
    found = guardians.given(person, day=timezone.localdate(at))
    activities = Activity.objects.in_bulk([one.activity_id for one in found if one.activity_id])
    return [ShownConsent(one.consent, activities.get(one.activity_id or 0)) for one in found]


def opens(link: GuardianLink, *, at: dt.datetime) -> bool:
    """Return whether the link shows more of the child than its question.

    Only a consent opens it, for a known minor: a link that reached the wrong phone stays closed by a no.
    """
    is_minor = ages.is_minor(link.person.birth_date, timezone.localdate(at))
    return is_minor and link.answered_at is not None and any(not one.is_extra for one in consented(link.person, at=at))


def certificates(person: Volunteer) -> list[Certificate]:
    """Return the child's valid certificates that a guardian fetches by the link, the newest first (P1).

    A link may be passed on by mistake: it offers none with the whole ID number (V2).
    """
    valid = Certificate.objects.of(person).filter(closure=None).select_related("volunteer__merged_into", "issuer")
    return printing.without_document(valid.order_by("-issued_at", "-pk"))


def asked_activity(link: GuardianLink) -> Activity | None:
    """Return the one activity that the link asks for; None for a year."""
    return Activity.objects.select_related("issuer").filter(pk=link.activity_id).first() if link.activity_id else None


def has_answer(link: GuardianLink, *, day: dt.date) -> bool:
    """Return whether a consent covers what the link asks for, and not only for the last days of a year."""
    deciding = guardians.deciding_consent(link.person, activity_id=link.activity_id)
    return deciding is not None and deciding.is_in_force(day + guardian_services.RENEWED)
