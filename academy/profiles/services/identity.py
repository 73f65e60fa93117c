"""Services for a volunteer's wish to change the name or the document on the roll."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from academy.core.links import link_to
from academy.core.refusals import Refusal
from academy.core.sql import insert_if_absent
from academy.messaging import services as messaging
from academy.messaging.kinds import ANSWER
from academy.messaging.models import Tone
from academy.people.models import User, Volunteer
from academy.people.names import tidy_name
from academy.people.refusals import BAD_NAME
from academy.people.resident_ids import hide_in
from academy.people.services import personal_data, volunteers
from academy.people.services.registration import NAME_LENGTH
from academy.profiles.documents import tidy_number
from academy.profiles.models import IdentityRequest
from academy.profiles.refusals import ALREADY_ASKED, NO_WISH, NOT_ACCEPTED_YET, NOT_ALLOWED, REQUEST_UNREADABLE
from academy.profiles.services import keeping_documents
from academy.profiles.services.details import open_request_of

ACCEPTED = _("Your name or document on the roll was changed as you asked.")
DECLINED = _("Your name and document on the roll stay as they are: %(answer)s")
EVIDENCE = _("asked for by the volunteer on their own page")


@dataclass(frozen=True)
class Wish:
    """The name and the document that the roll should have; an empty text leaves each as it is."""

    name: str = ""
    document_type: str = ""
    number: str = ""


@transaction.atomic
def ask_for_change(
    *, volunteer: Volunteer, wish: Wish, reason: str, by: User, at: dt.datetime
) -> IdentityRequest | Refusal:
    """Ask that staff change one's own name or document. The roll stays as it is until the answer.

    Refuses with `not_allowed`, `bad_name`, `no_wish`, `already_asked`, and as `cannot_keep` does, but for R5: whether
    another person has this document is for staff alone.
    """
    volunteer = volunteer.stays
    if volunteer.user_id != by.pk:
        return NOT_ALLOWED
    name, number = tidy_name(wish.name), tidy_number(wish.number)
    if len(name) > NAME_LENGTH:
        return BAD_NAME
    if name == volunteer.name:
        name = ""
    if not name and not number and not wish.document_type:
        return NO_WISH
    if number or wish.document_type:
        refusal = keeping_documents.cannot_keep(volunteer=volunteer, kind=wish.document_type, number=number)
        if refusal and refusal.code != "document_known":
            return refusal
    text = personal_data.encrypt_for(volunteer, {"name": name, "document_type": wish.document_type, "number": number})
    if isinstance(text, Refusal):
        return text
    request = IdentityRequest(volunteer=volunteer, wish=text, asked_by=by, asked_at=at, reason=hide_in(reason))
    if not insert_if_absent(request):  # the constraint decides between two taps
        return ALREADY_ASKED
    found = open_request_of(volunteer)
    assert found is not None
    return found


def read_wish(request: IdentityRequest) -> Wish | Refusal:
    """Return what was asked for. Refuses with `request_unreadable`."""
    answer = personal_data.decrypt_for(request.volunteer, request.wish)
    return REQUEST_UNREADABLE if isinstance(answer, Refusal) else Wish(**answer)


def cannot_change(request: IdentityRequest) -> Refusal | None:
    """Return why the wish cannot be carried out as it stands, else None."""
    wish = read_wish(request)
    if isinstance(wish, Refusal):
        return wish
    volunteer = request.volunteer.stays
    if wish.name and volunteer.provisional:
        return NOT_ACCEPTED_YET
    if not wish.number:
        return None
    return keeping_documents.cannot_keep(volunteer=volunteer, kind=wish.document_type, number=wish.number)


def carry_out(request: IdentityRequest, *, by: User, at: dt.datetime) -> None:
    """Change the roll after a yes, and send the volunteer the answer."""
    wish, volunteer = read_wish(request), request.volunteer.stays
    if request.accepted and isinstance(wish, Wish):
        if wish.name:
            renamed = volunteers.correct_volunteer(
                volunteer=volunteer,
                name=wish.name,
                phone=volunteer.phone,
                birth_date=volunteer.birth_date,
                by=by,
                at=at,
            )
            assert not isinstance(renamed, Refusal), renamed  # `cannot_change` has refused before the yes
        if wish.number:
            with translation.override(settings.LANGUAGE_CODE):
                evidence = str(EVIDENCE)
            kept = keeping_documents.keep_document(
                volunteer=volunteer, kind=wish.document_type, number=wish.number, evidence=evidence, by=by, at=at
            )
            assert not isinstance(kept, Refusal), kept
    text = ACCEPTED if request.accepted else messaging.fill_in(DECLINED, answer=request.answer)
    messaging.send(
        kind=ANSWER,
        volunteer=volunteer,
        key=f"identity:{request.pk}",
        text=text,
        path=link_to("settings"),
        tone=Tone.GOOD if request.accepted else Tone.PLAIN,
        at=at,
    )
