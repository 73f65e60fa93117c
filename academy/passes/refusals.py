"""Refusals of passbooks."""

from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal

NOTHING_NEW = Refusal(
    "passbook_complete",
    _("All effective hours are in the passbook. Records count after confirmation and public notice."),
)
PRINTED_MEANWHILE = Refusal(
    "passbook_printed_meanwhile",
    _("Something was printed into this passbook since you opened the page. Look at the list, then go on."),
)
NO_SUCH_PAGE = Refusal("no_passbook_page", _("The passbook has no such page. Choose one of its pages."))
