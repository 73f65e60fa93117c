"""Services for ID documents: keep one with its consent, delete it, show it once (R3, R5, V2)."""

import datetime as dt

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext
from wagtail.log_actions import log

from academy.core.refusals import Refusal
from academy.people import resident_ids
from academy.people.models import Consent, User, Volunteer
from academy.people.permissions import Right
from academy.people.services import consents, personal_data, volunteers
from academy.profiles.documents import fault_of, hash_of, tidy_number
from academy.profiles.models import DocumentType, Profile
from academy.profiles.refusals import (
    BIRTH_DATE_DIFFERS,
    DOCUMENT_ALONE,
    NEEDS_EVIDENCE,
    NO_DOCUMENT,
    NOT_ALLOWED,
    document_known,
)
from academy.profiles.services.details import locked_profile

KEPT, DELETED = "profiles.keep_document", "profiles.delete_document"


@transaction.atomic
def keep_document(
    *, volunteer: Volunteer, kind: str, number: str, evidence: str = "", by: User | None, at: dt.datetime
) -> Profile | Refusal:
    """Keep a person's ID document, encrypted, with its separate consent (V2).

    `evidence` describes the consent; it may be empty if one is in force. A resident ID number gives the sex, and a
    missing birth date. Refuses as `cannot_keep` does, with `needs_evidence`, and as `correct_volunteer` and
    `encrypt_for` do.
    """
    volunteer = volunteer.stays
    number = tidy_number(number)
    profile = locked_profile(volunteer)
    volunteer.refresh_from_db(fields=["birth_date"])
    if refusal := cannot_keep(volunteer=volunteer, kind=kind, number=number):
        return refusal
    consented = consents.has_consented(volunteer, Consent.Kind.DOCUMENT, day=timezone.localdate(at))
    if not evidence.strip() and not consented:
        return NEEDS_EVIDENCE
    text = personal_data.encrypt_for(volunteer, {"number": number})
    if isinstance(text, Refusal):
        return text
    if kind == DocumentType.RESIDENT:
        profile.sex = resident_ids.sex_of(number)
        if volunteer.birth_date is None:
            answer = volunteers.correct_volunteer(
                volunteer=volunteer,
                name=volunteer.name,
                phone=volunteer.phone,
                birth_date=resident_ids.birth_date_of(number),
                by=by,
                at=at,
            )
            if isinstance(answer, Refusal):
                return answer
    profile.document_type, profile.document = kind, text
    profile.document_hash = hash_of(volunteer.community_id, kind, number)
    try:
        with transaction.atomic():
            profile.save()
    except IntegrityError:  # of two desks at the same moment, the constraint refuses the second
        known = holder_of(volunteer, kind, number)
        return document_known(known.number if known else "")
    if evidence.strip():
        consents.record_consent(
            volunteer=volunteer, kind=Consent.Kind.DOCUMENT, granted=True, evidence=evidence.strip(), by=by, at=at
        )
    log(volunteer, KEPT, user=by, timestamp=at, data={"kind": kind})
    return profile


def cannot_keep(*, volunteer: Volunteer, kind: str, number: str) -> Refusal | None:
    """Return why this document cannot be kept for the person, else None.

    Refuses with `document_alone`, as R3 does, with `birth_date_differs`, and with `document_known` (R5).
    """
    number = tidy_number(number)
    if not kind or not number:
        return DOCUMENT_ALONE
    if refusal := fault_of(kind, number):
        return refusal
    born = resident_ids.birth_date_of(number) if kind == DocumentType.RESIDENT else None
    if born is not None and volunteer.birth_date is not None and born != volunteer.birth_date:
        return BIRTH_DATE_DIFFERS
    known = holder_of(volunteer, kind, number)
    return document_known(known.number) if known else None


def holder_of(volunteer: Volunteer, kind: str, number: str) -> Volunteer | None:
    """Return the other person on the same roll with this document (R5); None without one."""
    hashed = hash_of(volunteer.community_id, kind, tidy_number(number))
    kept = Profile.objects.filter(document_hash=hashed).exclude(volunteer=volunteer.stays).select_related("volunteer")
    found = kept.first()
    return found.volunteer if found else None


@transaction.atomic
def delete_document(*, volunteer: Volunteer, by: User | None, at: dt.datetime) -> None:
    """Delete a person's document; ignore a second deletion. All else stays.

    The consent to keep it ends with it: the next number needs a new one (V2).
    """
    volunteer = volunteer.stays
    rows = Volunteer.objects.one_with(volunteer.pk)
    kept = Profile.objects.filter(volunteer__in=rows).exclude(document_type="")
    if not kept.update(document_type="", document="", document_hash=None):
        return
    log(volunteer, DELETED, user=by, timestamp=at)
    if consents.has_consented(volunteer, Consent.Kind.DOCUMENT, day=timezone.localdate(at)):
        with translation.override(settings.LANGUAGE_CODE):
            evidence = gettext("the ID number was deleted")
        consents.record_consent(
            volunteer=volunteer, kind=Consent.Kind.DOCUMENT, granted=False, evidence=evidence, by=by, at=at
        )


def read_number(profile: Profile) -> str | Refusal:
    """Return the whole number for the product's own use, such as printing; `show_document` is for readers.

    Refuses with `no_document`, and as `decrypt_for` does.
    """
    if not profile.document:
        return NO_DOCUMENT
    answer = personal_data.decrypt_for(profile.volunteer, profile.document)
    return answer if isinstance(answer, Refusal) else str(answer["number"])


def as_printed(volunteer: Volunteer) -> dict[str, str]:
    """Return the document as a certificate prints it (P2), in Chinese; empty if none can be read."""
    profile = Profile.objects.filter(volunteer=volunteer.stays).select_related("volunteer").first()
    number = read_number(profile) if profile else NO_DOCUMENT
    if profile is None or isinstance(number, Refusal):
        return {}
    with translation.override("zh-hans"):
        return {"document_type": str(profile.get_document_type_display()), "document_number": number}


@transaction.atomic
def show_document(*, volunteer: Volunteer, page: str, by: User, at: dt.datetime) -> str | Refusal:
    """Return the whole number to a user with the right, and log the look with its page (V2).

    Refuses with `not_allowed`, and as `read_number` does.
    """
    if not by.has_right(Right.SEE_DOCUMENTS, volunteer.community):
        return NOT_ALLOWED
    profile = Profile.objects.filter(volunteer=volunteer.stays).select_related("volunteer").first()
    number = read_number(profile) if profile else NO_DOCUMENT
    if not isinstance(number, Refusal):
        personal_data.log_view_of_document(volunteer=volunteer.stays, page=page, by=by, at=at)
    return number
