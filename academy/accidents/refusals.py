"""Refusals about accident records."""

from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal

NOT_ALLOWED = Refusal("not_allowed", _("Only the leader and staff keep this record. Ask a social worker."))
NOTHING_SAID = Refusal("nothing_said", _("Write in a few words what happened, or tap who is hurt. More can follow."))
IN_THE_FUTURE = Refusal("in_the_future", _("This time has not come yet. Correct day and time."))
OTHER_COMMUNITY = Refusal(
    "other_community", _("This person belongs to another community. Write the name into the field for others.")
)
CLOSED = Refusal("accident_closed", _("This record is closed and stays as it is."))
NO_NUMBER = Refusal("needs_number", _("Write the number of the report, or the name of the person who took it."))
NO_WORDS = Refusal("needs_words", _("Write a few words: somebody reads them months later."))
NO_PHOTO = Refusal("no_photo", _("This is no photo that can be kept. Choose a JPG or PNG picture of at most 15 MB."))
TOO_MANY = Refusal("too_many_photos", _("Ten photos are kept at most."))
