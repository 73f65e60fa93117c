from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from academy.activities.viewsets import ActivityViewSet


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("activities.publish", _("Publish an activity"), _("Activity published"))
    actions.register_action("activities.cancel", _("Cancel an activity"), _("Activity cancelled"))


hooks.register("register_admin_viewset", lambda: ActivityViewSet("activity"))
