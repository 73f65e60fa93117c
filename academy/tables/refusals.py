"""The sentences for files that cannot be read or filled; the rest of this package needs no Django."""

from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal

# By the code of `package.Unreadable`.
UNREADABLE = {
    refusal.code: refusal
    for refusal in (
        Refusal("empty", _("This file is empty. Choose the file with the list.")),
        Refusal("too_big", _("This file is larger than 5 MB. Divide it into several.")),
        Refusal("too_long", _("This file has more than 5,000 lines. Divide it into several.")),
        Refusal(
            "locked",
            _("This file has a password, or it is a very old .xls file. Save it in Excel as .xlsx without a password."),
        ),
        Refusal("not_a_spreadsheet", _("This is neither CSV nor an Excel file. Save the list as .xlsx or .csv.")),
        Refusal(
            "zip_bomb", _("This file becomes far too large when it is opened. Save the list again as .xlsx or .csv.")
        ),
        Refusal("corrupt", _("This file is damaged and cannot be read. Save the list again as .xlsx or .csv.")),
        Refusal("encoding", _("The letters of this file cannot be read. Save it as .xlsx, or as CSV in UTF-8.")),
        Refusal(
            "hidden_sheets",
            _("All lines of this file are on hidden sheets. Unhide the sheet of the list in Excel, and save the file."),
        ),
        Refusal("no_such_sheet", _("This file has no visible sheet of that name. Choose one of its sheets.")),
        # A form that cannot be filled
        Refusal(
            "macros", _("A form with macros cannot be filled. Save it as .xlsx without macros, and upload it again.")
        ),
        Refusal("signed", _("Filling this form would break its digital signature. Upload a copy without a signature.")),
        Refusal(
            "not_movable",
            _("Pictures or notes stand below the records and cannot move down. Leave more free lines above them."),
        ),
        Refusal(
            "not_empty",
            _("The form has content in the place of the records. Remove it, and upload the form again."),
        ),
        Refusal(
            "merged",
            _("The form has merged cells in the place of the records. Unmerge them, and upload the form again."),
        ),
    )
}
