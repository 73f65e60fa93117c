"""Refusals about agreements: codes with their sentences."""

from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal

NEEDS_AGREEMENT = Refusal(
    "needs_agreement",
    _("This activity asks for the signed agreement first. Read and sign it, then the sign-up goes on."),
)
NOT_ALLOWED = Refusal("not_allowed", _("You may not sign for this person. Ask the social worker."))
PUBLISHED = Refusal("published", _("This version is published and stays as it is. Write a new version."))
NEW_VERSION = Refusal("new_version", _("There is a new version meanwhile. Read that one and sign it."))
NOT_PUBLISHED = Refusal("not_published", _("This text is still a draft. It can be signed once it is published."))
DRAFT_EXISTS = Refusal("draft_exists", _("There is a draft of this kind already. Go on with that one."))
EMPTY_TEXT = Refusal("empty_text", _("The text is empty. Write it, then publish it."))
SIGNED = Refusal("signed", _("This person has signed this version already."))
OTHER_COMMUNITY = Refusal("other_community", _("This person belongs to another community."))
IN_THE_FUTURE = Refusal("in_the_future", _("This day is still to come. Give the day on the paper."))
BAD_PHOTO = Refusal("bad_photo", _("Choose a photo (JPG, PNG) or a PDF of at most 5 MB."))
