"""Refusals about guardians and about people who act for others."""

from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal

NOT_A_MINOR = Refusal("not_a_minor", _("This person is 18 or older and needs no guardian's consent."))
NEEDS_BIRTH_DATE = Refusal(
    "needs_birth_date", _("The birth date of this person is missing. Ask at the desk to enter it, then ask again.")
)
UNKNOWN_LINK = Refusal(
    "unknown_link",
    _("This link leads nowhere. Compare it with the one that you got, or ask for a new one at the desk."),
)
LINK_EXPIRED = Refusal(
    "link_expired", _("This link has run out. Ask the person who sent it, or the desk, for a new one.")
)
LINK_CLOSED = Refusal("link_closed", _("The desk has closed this link. Ask there for a new one."))
WRONG_DIGITS = Refusal(
    "wrong_digits",
    _(
        "These are not the last four digits of the phone that this link was made for. You can try %(left)s more times; "
        "then the link closes."
    ),
)
TOO_MANY_DIGITS = Refusal(
    "too_many_digits", _("The digits were wrong three times, so this link is closed. Ask for a new one at the desk.")
)
CHILDS_OWN_PHONE = Refusal(
    "childs_own_phone",
    _(
        "The roll has this number as your own. Give the guardian's own number; if you share one phone, ask at the desk "
        "for the link."
    ),
)
BAD_FORM = Refusal("bad_form", _("This file does not fit: send a photo or a PDF of at most 10 MB."))
LINK_USED = Refusal("link_used", _("This link has been used already. Ask for a new one."))
GROWN_UP = Refusal("grown_up", _("%(name)s is 18 now, so the guardian's consent has ended. You need not do any more."))
NOTHING_TO_WITHDRAW = Refusal("nothing_to_withdraw", _("This consent has ended already. Nothing was changed."))
NOT_OF_WORKING_AGE = Refusal(
    "not_of_working_age", _("Only a person of 16 or 17 can declare to live on their own labour (N2).")
)
OWN_OFFER = Refusal(
    "own_offer", _("This link is for the person who will help you. Open it on their phone, signed in as them.")
)
