from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogFormatter


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("groups.withdraw_link", _("Withdraw a unit's link"), _("Unit's link withdrawn"))

    @actions.register_action("groups.print_quarter")
    class QuarterFormatter(LogFormatter):
        """The history of a person: which quarter was printed for which employer."""

        label = _("Print a quarter for an employer")

        def format_message(self, log_entry: Any) -> str:
            return str(_("Quarter printed for %(unit)s: %(since)s to %(until)s") % log_entry.data)
