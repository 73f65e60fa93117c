from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from academy.advancement.services import APPLY, COMMEND
from academy.advancement.viewsets import AdvancementGroup

hooks.register("register_admin_viewset", AdvancementGroup)


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action(APPLY, _("Apply for stars"), _("Stars applied for"))
    actions.register_action(COMMEND, _("Commend"), _("Commended"))
