"""Refusals of a whole list of people; `faults` holds those of a line."""

from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal
from academy.tables.refusals import UNREADABLE as OF_ANY_FILE

NEEDS_NAME = Refusal(
    "needs_name", _("No column is headed as the names of people (姓名). Choose the sheet, or the column of the names.")
)
UNREADABLE = {
    **OF_ANY_FILE,
    "too_big": Refusal("too_big", _("This file is larger than 50 MB. Divide it into several.")),
    "too_long": Refusal("too_long", _("This file has more than 50,000 lines. Divide it into several.")),
}
