from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogFormatter

from academy.activities.plans import describe_change
from academy.activities.viewsets import ActivityViewSet


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("activities.publish", _("Publish an activity"), _("Activity published"))
    actions.register_action("activities.cancel", _("Cancel an activity"), _("Activity cancelled"))

    @actions.register_action("activities.change_plan")
    class PlanChangeFormatter(LogFormatter):
        """The history of an activity: what counts of it, before and after."""

        label = _("Change the plan of an activity")

        def format_message(self, log_entry: Any) -> str:
            changes = describe_change(log_entry.data["before"], log_entry.data["after"])
            return " · ".join([str(_("Plan changed")), *changes])


hooks.register("register_admin_viewset", lambda: ActivityViewSet("activity"))
