from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from demo.build import BUILT


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action(BUILT, _("Build the demonstration"), _("Demonstration built"))
