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
LINK_USED = Refusal("link_used", _("This link has been used already. Ask for a new one."))
GROWN_UP = Refusal("grown_up", _("%(name)s is 18 now, so the guardian's consent has ended. You need not do any more."))
NOTHING_TO_WITHDRAW = Refusal("nothing_to_withdraw", _("This consent has ended already. Nothing was changed."))
NOT_OF_WORKING_AGE = Refusal(
    "not_of_working_age", _("Only a person of 16 or 17 can declare to live on their own labour (N2).")
)
OWN_OFFER = Refusal(
    "own_offer", _("This link is for the person who will help you. Open it on their phone, signed in as them.")
)
