"""Rights of a volunteer, their agent and their guardian. Computed when asked, never stored."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from academy.core.sql import any_of
from academy.families import guardians
from academy.families.models import Agency
from academy.people import ages
from academy.people.models import Consent, User, Volunteer
from academy.people.permissions import BELONGING_RIGHTS, Belonging, Right
from academy.people.services import consents

FAMILY = (Belonging.SELF, Belonging.AGENT, Belonging.GUARDIAN)  # units and activities have the others


def people_of(user: User | AnonymousUser, **beside: Any) -> list[Volunteer]:
    """Return the volunteers for whom `user` acts: their own first, then by number; none for a visitor.

    `beside`: annotations of each of them, read in the same statement.
    """
    if not isinstance(user, User):
        return []
    people = Volunteer.objects.present().filter(pk__in=any_of(*_acted_for(user))).order_by("number")
    people = people.annotate(**beside)
    return sorted(people, key=lambda person: person.user_id != user.pk)


def people_to_sign_up(user: User | AnonymousUser, **beside: Any) -> list[Any]:
    """Return those for whom `user` acts, then the minors for whom the user is a guardian today (N2).

    `acts` of each says which they are; `beside`: further annotations. One statement, and one more for each of these
    minors.
    """
    if not isinstance(user, User):
        return []
    guarded = Consent.objects.filter(guardian__in=user.with_former_logins(), kind=Consent.Kind.GUARDIAN).with_person()
    agencies = Agency.objects.filter(user=user, volunteer=OuterRef("pk"))
    near = Volunteer.objects.present().filter(pk__in=any_of(*_acted_for(user), guarded.values("person")))
    found: Any = near.annotate(acts=Q(user=user) | Exists(agencies), **beside).order_by("number")
    today = timezone.localdate()
    people = [
        one for one in found if one.acts or (ages.is_minor(one.birth_date, today) and _is_guardian(user, one, today))
    ]
    return sorted(people, key=lambda person: (person.user_id != user.pk, not person.acts))


def comes_along(person: Any, day: dt.date) -> bool:
    """Return whether the user is there when this person of `people_to_sign_up` serves on `day`.

    They are there for those for whom they act, and with a child under 14, whom the guardian accompanies (N2).
    """
    return bool(person.acts) or guardians.is_accompanied(person, day)


def people_with_right(user: User, right: Right, **beside: Any) -> list[Volunteer]:
    """Return the volunteers to whom `user` has `right` today, as themselves, agent or guardian; by number.

    `beside`: annotations of each of them, read in the same statement.
    """
    guarded = Consent.objects.filter(guardian__in=user.with_former_logins()).with_person().values("person")
    near = Volunteer.objects.present().filter(pk__in=any_of(*_acted_for(user), guarded)).order_by("number")
    near = near.annotate(**beside)
    return [person for person in near if may(user, right, volunteer=person)]


def is_of_family(user: User | None, volunteer: Volunteer) -> bool:
    """Return whether `user` is the person, or acts for them."""
    return user is not None and any(person.pk == volunteer.stays.pk for person in people_of(user))


def _acted_for(user: User) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """Return the id of the user's own volunteer, and the ids of those whose agent the user is."""
    own, others = Volunteer.objects.filter(user=user), Agency.objects.filter(user=user)
    return own.values("pk"), others.values("volunteer")


def may(user: User, right: Right, *, volunteer: Volunteer, day: dt.date | None = None) -> bool:
    """Return whether `user` has `right` over `volunteer` on `day` (by default today).

    The user may be the volunteer, their agent or their guardian.
    """
    day = day or timezone.localdate()
    return any(
        right in BELONGING_RIGHTS[belonging] and _has_belonging(user, belonging, volunteer.stays, day)
        for belonging in FAMILY
    )


def belongings(user: User, *, volunteer: Volunteer, day: dt.date | None = None) -> set[Belonging]:
    """Return which of `FAMILY` the `user` is to `volunteer` on `day` (by default today)."""
    day = day or timezone.localdate()
    return {belonging for belonging in FAMILY if _has_belonging(user, belonging, volunteer.stays, day)}


def _has_belonging(user: User, belonging: Belonging, volunteer: Volunteer, day: dt.date) -> bool:
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
            raise ValueError(f"{belonging} is no belonging of a family")


def _is_guardian(user: User, volunteer: Volunteer, day: dt.date) -> bool:
    if not ages.is_minor(volunteer.birth_date, day):  # N2: a person of unknown age may be of age
        return False
    consent = (
        Consent.objects.of(volunteer)
        .filter(guardian__in=user.with_former_logins(), kind=Consent.Kind.GUARDIAN)
        .newest()
    )
    return consent is not None and consent.is_in_force(day)
