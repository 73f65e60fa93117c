from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from academy.classes.viewsets import ClassesGroup

hooks.register("register_admin_viewset", ClassesGroup)


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("classes.assess", _("Set the assessment"), _("Assessment set"))
    actions.register_action("learning.equivalent", _("Set an equivalent"), _("Equivalent set"))
