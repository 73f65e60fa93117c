"""Refusals about a person's details."""

from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal

NOT_ALLOWED = Refusal("not_allowed", _("You may not do this. Ask the social worker of your community."))
BAD_DOCUMENT = {
    "id_form": Refusal("id_form", _("A resident ID number has 17 digits and a last digit or X. Compare it once more.")),
    "id_date": Refusal("id_date", _("The date in this ID number does not exist. Compare it with the document.")),
    "id_checksum": Refusal(
        "id_checksum", _("The last sign does not fit the other 17: a digit is wrong. Compare it with the document.")
    ),
    "document_form": Refusal(
        "document_form", _("This document's number has 5 to 20 letters and digits. Compare it with the document.")
    ),
}
DOCUMENT_ALONE = Refusal("document_alone", _("Choose which document it is, and type its number."))
NEEDS_EVIDENCE = Refusal(
    "needs_evidence", _("Keeping an ID number needs a consent of its own (V2). Write how this person gave it.")
)
BIRTH_DATE_DIFFERS = Refusal(
    "birth_date_differs",
    _("The birth date on the roll is another one than in this ID number. Compare both, and correct the wrong one."),
)
NO_DOCUMENT = Refusal("no_document", _("No ID number is kept for this person."))
DOCUMENTS_DIFFER = Refusal(
    "documents_differ",
    _("The two entries hold different ID documents, so they are two people. If one is wrong, delete it first."),
)
NO_WISH = Refusal("no_wish", _("Nothing would change. Write the new name, or the new document."))
ALREADY_ASKED = Refusal("already_asked", _("Your last request still waits for its answer. Take it back to ask again."))
NOT_ACCEPTED_YET = Refusal(
    "not_accepted_yet", _("This person is only marked at the gate. Accept them or join the two entries first.")
)
REQUEST_UNREADABLE = Refusal(
    "request_unreadable", _("This request cannot be read any more: its data was deleted. Decline it.")
)


def document_known(number: str) -> Refusal:
    """Return the refusal that names the person on the same roll with this document (R5)."""
    return Refusal(
        "document_known",
        _("%(number)s on this roll has the same document. If this is one person, join the two entries.")
        % {"number": number},
    )
