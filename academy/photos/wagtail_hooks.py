from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from academy.photos import services


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action(services.SHOWN, _("Show photos"), _("Photos shown on the activity's page"))
    actions.register_action(services.DELETED, _("Delete photos"), _("Photos deleted"))
