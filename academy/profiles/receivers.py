"""Receivers: details unite with a merge, and go with an erased person or a withdrawn consent (V2, V3)."""

import datetime as dt
from typing import Any

from django.dispatch import receiver

from academy.core.refusals import Refusal
from academy.people.models import Consent, User, Volunteer
from academy.people.signals import consent_recorded, person_erasing, volunteers_joined
from academy.profiles.models import Profile
from academy.profiles.services import details, keeping_documents


@receiver(volunteers_joined, sender=Volunteer, dispatch_uid="profiles.unite")
def unite(stays: Volunteer, **kwargs: Any) -> Refusal | None:
    for theirs in Profile.objects.filter(volunteer__merged_into=stays).select_related("volunteer"):
        if refusal := details.unite(goes=theirs.volunteer, stays=stays):
            return refusal
    return None


@receiver(consent_recorded, sender=Consent, dispatch_uid="profiles.delete_document")
def delete_document(consent: Consent, **kwargs: Any) -> None:
    if consent.kind == Consent.Kind.DOCUMENT and not consent.granted:
        by: User | None = consent.recorded_by
        at: dt.datetime = consent.recorded_at
        keeping_documents.delete_document(volunteer=consent.volunteer, by=by, at=at)


@receiver(person_erasing, sender=Volunteer, dispatch_uid="profiles.erase")
def erase(rows: list[Volunteer], **kwargs: Any) -> None:
    details.erase(volunteers=rows)
