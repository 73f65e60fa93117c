"""Receivers: agencies end with their consent and move with a merge; the clock forgets old links."""

import datetime as dt
from typing import Any

from django.dispatch import receiver

from academy.core.models import Community
from academy.core.signals import tick
from academy.families import agency_services, guardian_services, services
from academy.families.belongings import people_with_right
from academy.families.signals import guardian_withdrew
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


@receiver(consent_recorded, sender=Consent, dispatch_uid="families.tell_withdrawal")
def tell_withdrawal(consent: Consent, **kwargs: Any) -> None:
    """Pass on a guardian's withdrawal for all activities, wherever it was recorded."""
    if consent.kind in (Consent.Kind.GUARDIAN, Consent.Kind.OWN_LABOUR) and not consent.granted:
        guardian_withdrew.send(sender=Volunteer, volunteer=consent.volunteer, at=consent.recorded_at)


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


@receiver(tick, dispatch_uid="families.forget")
def forget(at: dt.datetime, **kwargs: Any) -> None:
    """Delete, once an hour, links of guardians and agents that ended."""
    if at.minute == 0:
        guardian_services.forget_old(at=at)
        agency_services.forget_old(at=at)


@receiver(person_erasing, sender=Volunteer, dispatch_uid="families.erase")
def erase(rows: list[Volunteer], **kwargs: Any) -> None:
    services.end_all_agencies(people=rows)
    guardian_services.erase_links(people=rows)
