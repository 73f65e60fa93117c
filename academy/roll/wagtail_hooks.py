from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from academy.roll.viewsets import RollFileViewSet


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("roll.import", _("Import a list of people"), _("List of people imported"))
    actions.register_action("roll.take_back", _("Take the import back"), _("Import of people taken back"))


hooks.register("register_admin_viewset", lambda: RollFileViewSet("roll_file"))
