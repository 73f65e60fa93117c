from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("groups.withdraw_link", _("Withdraw a unit's link"), _("Unit's link withdrawn"))
