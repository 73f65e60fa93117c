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

NOT_ALLOWED = Refusal("not_allowed", _("Only a social worker of this community imports its roll. Ask one of them."))
ALREADY_DONE = Refusal("already_done", _("This list was imported or discarded in the meantime. Look at it again."))
NOT_CHECKED = Refusal("not_checked", _("Check the lines first."))
GOES_ON = Refusal("goes_on", _("Something is done with this list at the moment. Wait until it is finished."))
HALF_DONE = Refusal(
    "half_done", _("The import stopped half way. Import the list again: it goes on with the lines that are left.")
)
FILE_GONE = Refusal("file_gone", _("The file was deleted, because it names people. Hand it in again."))
NEEDS_EVIDENCE = Refusal("needs_evidence", _("Write how these people consented to be on the roll (R2)."))
SAME_COLUMN = Refusal("same_column", _("One column was chosen twice. Choose another one."))
NOTHING_TO_IMPORT = Refusal("nothing_to_import", _("No line of this list can be imported. See the reasons below."))
NOT_ALL_GOOD = Refusal(
    "not_all_good",
    _("Some lines have faults or open questions, so nothing was imported. Correct and answer them, or leave them out."),
)
NOT_IMPORTED = Refusal("not_imported", _("This list is not imported, so there is nothing to take back."))


def in_use(names: list[str]) -> Refusal:
    """Return the refusal that names people who have been used since."""
    return Refusal(
        "in_use",
        _("These people have signed in or taken part since, or were changed, so the import stays: %(names)s.")
        % {"names": "、".join(names)},
    )
