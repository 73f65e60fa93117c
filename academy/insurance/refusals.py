"""Refusals about policies and filings."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from academy.core import formats
from academy.core.look import current_language
from academy.core.refusals import Refusal

NOT_ALLOWED = Refusal("not_allowed", _("Only staff who run activities file them. Ask a social worker."))
NOT_FILED = Refusal(
    "not_filed",
    _(
        "Here an activity is filed before it is published (A1). Save it as a draft, file it under “Filing”, note the "
        "number, then publish."
    ),
)
NO_NUMBER = Refusal(
    "needs_number", _("Write the number that you were given. Without one, write how you sent it, such as “by e-mail”.")
)
IN_THE_FUTURE = Refusal("in_the_future", _("This day has not come yet. Note the filing when it is done."))
NO_SHIFT = Refusal("needs_shift", _("Add at least one shift first: the filing says when the activity is."))
IMPORTED = Refusal("imported", _("This activity comes from an earlier list: it is over and cannot be filed."))
NO_COLUMNS = Refusal("no_columns", _("First choose the content of this form's columns."))
OF_PRACTICE = Refusal(
    "practice_stays_here", _("Practice ends here: its people are filed nowhere. In real work, the file comes.")
)


def policy_ended(number: str, day: dt.date) -> Refusal:
    """Return the refusal for a dangerous activity on a day that its policy does not cover (V1)."""
    sentence = _(
        "The policy %(number)s does not cover %(day)s, and a dangerous activity is published only with insurance (V1). "
        "Renew the policy, or name another one."
    )
    shown = formats.day(day, current_language(), year=True)
    return Refusal("policy_ended", sentence % {"number": number, "day": shown})
