from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from academy.recognition.viewsets import RecognitionGroup

hooks.register("register_admin_viewset", RecognitionGroup)


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("recognition.commend", _("Commend"), _("Commended"))
