"""Refusals about units in service."""

from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal

FOREIGN_UNIT = Refusal(
    "foreign_unit", _("The unit belongs to another community. Choose one of the activity's own community.")
)
LINK_OVER = Refusal(
    "link_over",
    _("This link is no longer valid. Ask the contact of your unit for the present one, or look under “Activities”."),
)
# To known and unknown people alike: the same sentence also if the name stands on the list already.
LINK_FULL = Refusal(
    "link_full",
    _(
        "This link takes no more names. If you gave yours here before, you keep your place. Otherwise ask the contact "
        "of your unit, or check in on the day."
    ),
)
# One sentence for all that concerns the person behind a name: a stranger gets no data of theirs (R8, V2).
ASK_AT_DESK = Refusal(
    "ask_at_desk", _("We cannot sign you up by this link. Please ask the contact of your unit, or come to the desk.")
)
BAD_HEADS = Refusal("bad_unit_heads", _("Type how many people came without giving a name: a number from 0 to 2000."))
NEEDS_EMPLOYER_CONSENT = Refusal(
    "needs_employer_consent",
    _("The sheet needs the person's own consent to it. Record the consent first, then print the sheet."),
)
