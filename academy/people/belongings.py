"""What somebody is to a volunteer, and what follows from it. Derived at every question, stored nowhere."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from academy.people import ages
from academy.people.models import Agency, Consent, User, Volunteer
from academy.people.permissions import BELONGING_RIGHTS, Belonging, Right
from academy.people.services import consents


def may(user: User, right: Right, *, volunteer: Volunteer, day: dt.date | None = None) -> bool:
    """Whether what `user` is to `volunteer` gives them `right`, on `day` (today)."""
    return any(
        right in BELONGING_RIGHTS[belonging] and _is(user, belonging, volunteer.stays, day or timezone.localdate())
        for belonging in (Belonging.SELF, Belonging.AGENT, Belonging.GUARDIAN)
    )


def belongings(user: User, *, volunteer: Volunteer, day: dt.date | None = None) -> set[Belonging]:
    """Everything that `user` is to `volunteer`, on `day` (today)."""
    day = day or timezone.localdate()
    return {belonging for belonging in Belonging if _is(user, belonging, volunteer.stays, day)}


def _is(user: User, belonging: Belonging, volunteer: Volunteer, day: dt.date) -> bool:
    if not user.is_active or user.pk is None:
        return False
    match belonging:
        case Belonging.SELF:
            return volunteer.user_id == user.pk
        case Belonging.AGENT:
            return Agency.objects.filter(user=user, volunteer=volunteer).exists() and consents.has_consented(
                volunteer, Consent.Kind.AGENCY, day=day
            )
        case Belonging.GUARDIAN:
            return _is_guardian(user, volunteer, day)
        case _:
            return False  # a unit's contact and an activity's leader are asked for where those are known


def _is_guardian(user: User, volunteer: Volunteer, day: dt.date) -> bool:
    if ages.is_of_age(volunteer.birth_date, day):
        return False
    consent = (
        Consent.objects.of(volunteer)
        # The guardian's login may be one that merging closed.
        .filter(Q(guardian=user) | Q(guardian__volunteer__merged_into__user=user), kind=Consent.Kind.GUARDIAN)
        .newest()
    )
    return consent is not None and consent.is_in_force(day)
