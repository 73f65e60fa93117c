"""Refusals about people and logins."""

from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal

NOT_ALLOWED = Refusal("not_allowed", _("You may not do this. Ask an administrator of your community."))
TOO_YOUNG = Refusal(
    "too_young",
    _("This person is too young to be registered. Check the birth date, or wait until they are old enough."),
)
LOOKS_KNOWN = Refusal(
    "looks_known", _("This person may be on the roll already. Compare, then use that entry or say that they differ.")
)
UNKNOWN_SLIP = Refusal(
    "unknown_slip", _("We do not know this code. Compare it with the slip, or ask the social worker for a new slip.")
)
SLIP_USED = Refusal("slip_used", _("This slip has been used already. Ask the social worker for a new slip."))
SLIP_REPLACED = Refusal(
    "slip_replaced", _("A newer slip has been printed. Use that one, or ask the social worker for a new slip.")
)
SLIP_OUTGROWN = Refusal(
    "slip_outgrown",
    _(
        "This sign-in opens more than when the slip was printed. Sign in with your password, or ask an administrator "
        "for a new slip."
    ),
)
LEFT_ALREADY = Refusal("left_already", _("This has been recorded already. Open the person's page again."))
OFF_ROLL = Refusal(
    "off_roll",
    _("This person takes no part any more, so there is no slip or card. Let them return on their page first."),
)
NO_LOGIN = Refusal("no_login", _("This person has never signed in: there is no sign-in to end."))
HAS_LOGIN = Refusal(
    "has_login",
    _(
        "This person signs in already. Give the duty to that sign-in, by the volunteer number, and revoke it from the "
        "other one."
    ),
)
LOGIN_LINKED = Refusal("login_linked", _("This sign-in belongs to a volunteer already. One sign-in is one person."))
OTHER_NAME = Refusal(
    "other_name", _("This entry has another name than your sign-in. Ask an administrator to link the two.")
)
OWN_LINK = Refusal("own_link", _("You cannot undo the link of your own sign-in. Ask a colleague to do it (K4)."))
PERSONAL_LOGIN = Refusal(
    "personal_login", _("This sign-in was made for this person. Sign them out everywhere instead, or suspend them.")
)
LOGIN_CLOSED = Refusal("login_closed", _("This sign-in has been closed. Ask the social worker at the desk."))
STAFF_SLIP = Refusal(
    "staff_slip", _("This person works in the back office. Only an administrator may print a sign-in slip for them.")
)
OPENS_ELSEWHERE = Refusal(
    "opens_elsewhere",
    _("This sign-in also opens entries of another community. Ask a person who manages people in both."),
)
LOGIN_TAKEN = Refusal(
    "login_taken",
    _(
        "This phone or address cannot become a new sign-in. Give another one. If the person works in another community "
        "already, ask a person who administers both."
    ),
)
STAFF_AGENT = Refusal(
    "staff_login", _("A person with duties in the back office acts for no other person. Name another agent.")
)
STAFF_LOGIN = Refusal(
    "staff_login",
    _("A back-office sign-in cannot share a phone. Sign in with the slip instead, or use another phone."),
)
MERGED = Refusal("merged", _("This entry was merged into another one. Use the entry that stays."))
LAST_ADMINISTRATOR = Refusal(
    "last_administrator", _("This is the community's last administrator. Make somebody else administrator first.")
)
BAD_NAME = Refusal("bad_name", _("Write the person's name, in 60 characters at most."))
BAD_PHONE = Refusal(
    "bad_phone", _("Give a mobile number of 11 digits, or a landline with its area code, such as 0731-88881234.")
)
MARKED_ALREADY = Refusal(
    "marked_already",
    _("A person with this name and phone is already marked at the gate. Join the two entries instead."),
)
SAME_PERSON = Refusal("same_person", _("This is the same entry. Choose the other one of this person."))
OTHER_COMMUNITY = Refusal(
    "other_community", _("The two entries belong to different communities. You can only join entries of one community.")
)
OWN_ENTRY = Refusal("own_entry", _("You cannot join your own entry. Ask a colleague to do it."))
LOGIN_WITH_DUTIES = Refusal(
    "staff_login",
    _(
        "The entry that goes has a sign-in with duties. Join them the other way round, or ask an administrator to "
        "revoke the duties first."
    ),
)
BIRTH_DATES_DIFFER = Refusal(
    "birth_dates_differ",
    _("The two birth dates differ. Compare the documents. If this is one person, confirm that you compared them."),
)
UNKNOWN_CARD = Refusal(
    "unknown_card", _("We do not know this card. Scan it again, or ask the social worker for a new one.")
)
CARD_REVOKED = Refusal("card_revoked", _("This card was replaced by a new one. Throw it away and use the new card."))
ERASED = Refusal("erased", _("This person's data has been erased. The number and the service records stay."))
ERASED_LOGIN_WITH_DUTIES = Refusal(
    "erased_login_with_duties",
    _("This person has a duty. An administrator revokes it first; then the data can be erased."),
)
PERSONAL_DATA_GONE = Refusal(
    "personal_data_gone", _("This person's data was deleted at their wish: the certificate can no longer be printed.")
)
PERSONAL_DATA_LOCKED = Refusal(
    "personal_data_locked",
    _(
        "This person's data is locked with another key of this server. No data is lost. Tell the administrator: the "
        "earlier key must be put back."
    ),
)
PERSONAL_DATA_DAMAGED = Refusal(
    "personal_data_damaged",
    _(
        "This person's encrypted data is damaged and cannot be read. Tell the administrator: it must come from a "
        "backup. Until then, issue a new certificate."
    ),
)
NOT_IN_PRACTICE = Refusal(
    "not_in_practice",
    _("In a practice community, duties follow those of the real one. Grant the duty there."),
)
NO_PRACTICE = Refusal(
    "no_practice", _("Your community has no practice community yet. Ask an administrator to set it up, under Settings.")
)
PRACTICE_CLOSED = Refusal(
    "practice_closed", _("Somebody else has just reset the practice community. Open this page again.")
)
PRACTICE_PHONE = Refusal(
    "practice_phone",
    _("Practice and real service do not mix: this phone cannot be shared. Sign in with the slip instead."),
)
