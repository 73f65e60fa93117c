"""Receivers: agencies end with their consent and move with a merge; the people of a login."""

from typing import Any

from django.dispatch import receiver

from academy.core.models import Community
from academy.families import services
from academy.families.belongings import people_with_right
from academy.people.models import Consent, User, Volunteer
from academy.people.permissions import Right
from academy.people.signals import (
    ask_people_opened,
    consent_recorded,
    login_linked,
    person_erasing,
    practice_closed,
    volunteers_merging,
)


@receiver(consent_recorded, sender=Consent, dispatch_uid="families.end_agencies")
def end_agencies(consent: Consent, **kwargs: Any) -> None:
    if consent.kind == Consent.Kind.AGENCY and not consent.granted:
        services.end_agencies(volunteer=consent.volunteer)


@receiver(volunteers_merging, sender=Volunteer, dispatch_uid="families.unite_agencies")
def unite_agencies(goes: Volunteer, stays: Volunteer, **kwargs: Any) -> None:
    services.unite_agencies(goes=goes, stays=stays)


@receiver(login_linked, sender=Volunteer, dispatch_uid="families.end_own_agency")
def end_own_agency(volunteer: Volunteer, **kwargs: Any) -> None:
    """Remove the agency of a login over the person who it is now: nobody needs an agent for themselves."""
    services.end_own_agency(volunteer=volunteer)


@receiver(practice_closed, sender=Community, dispatch_uid="families.end_agencies_of_practice")
def end_agencies_of_practice(community: Community, **kwargs: Any) -> None:
    services.end_agencies_in(community=community)


@receiver(ask_people_opened, sender=User, dispatch_uid="families.people_opened")
def people_opened(user: User, **kwargs: Any) -> list[Volunteer]:
    return people_with_right(user, Right.SEE_HOURS)  # each belonging of a family gives it


@receiver(person_erasing, sender=Volunteer, dispatch_uid="families.end_all_agencies")
def end_all_agencies(rows: list[Volunteer], **kwargs: Any) -> None:
    services.end_all_agencies(people=rows)
