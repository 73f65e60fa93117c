"""Refusals of works: stable codes with translated sentences."""

from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal

WORK_IS_OVER = Refusal("work_is_over", _("This is over already: there is nothing to cancel."))
FILE_GONE = Refusal("file_gone", _("The file was deleted. Begin again to make a new one."))
WORK_FAILED = Refusal(
    "work_failed", _("The system failed at this, and nothing was changed. Try again, or tell the administrator.")
)
WORK_SILENT = Refusal(
    "work_silent", _("The system did not go on with this for an hour. Nothing was changed. Begin again.")
)
NOT_ALLOWED = Refusal("not_allowed", _("You no longer have the right to do this. Ask the administrator."))
STOPPED_IN_PARTS = Refusal(
    "stopped_in_parts",
    _("The system stopped in the middle. The finished part stays, and no part is done twice: begin the rest again."),
)
DISK_FULL = Refusal(
    "disk_full", _("The disk of the server is full, so there is no file. Tell the administrator, then begin again.")
)
