"""The sentences for files that cannot be read or filled. The other modules of this package need no Django."""

from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal

# By the code of `reading.Unreadable`.
UNREADABLE = {
    refusal.code: refusal
    for refusal in (
        Refusal("empty", _("Nothing stands in this file. Choose the one with the list.")),
        Refusal("too_big", _("This file is larger than 5 MB. Divide it into several.")),
        Refusal("too_long", _("This file has more than 5,000 lines. Divide it into several.")),
        Refusal(
            "locked",
            _("This is an old .xls file, or it has a password. Save it in Excel as .xlsx without a password."),
        ),
        Refusal("not_a_spreadsheet", _("This is neither CSV nor an Excel file. Save the list as .xlsx or .csv.")),
        Refusal("zip_bomb", _("This file grows far too large when it is opened. Save the list anew as .xlsx or .csv.")),
        Refusal("corrupt", _("This file is damaged and cannot be read. Save the list anew as .xlsx or .csv.")),
        Refusal("encoding", _("The letters of this file cannot be read. Save it as .xlsx, or as CSV in UTF-8.")),
        # A form that cannot be filled
        Refusal("macros", _("A workbook with macros would lose them. Save it as .xlsx and upload it again.")),
        Refusal(
            "not_empty",
            _("Something stands in the form where records would be written. Take it out, and upload it again."),
        ),
        Refusal(
            "merged", _("Cells are joined in the form where records would be written. Part them, and upload it again.")
        ),
    )
}
