"""Receivers: end agencies when a consent is withdrawn, and move them when two people are merged."""

from typing import Any

from django.dispatch import receiver

from academy.families import services
from academy.people.models import Consent, Volunteer
from academy.people.signals import consent_recorded, volunteers_merging


@receiver(consent_recorded, sender=Consent, dispatch_uid="families.end_agencies")
def end_agencies(consent: Consent, **kwargs: Any) -> None:
    if consent.kind == Consent.Kind.AGENCY and not consent.granted:
        services.end_agencies(volunteer=consent.volunteer)


@receiver(volunteers_merging, sender=Volunteer, dispatch_uid="families.unite_agencies")
def unite_agencies(goes: Volunteer, stays: Volunteer, **kwargs: Any) -> None:
    services.unite_agencies(goes=goes, stays=stays)
