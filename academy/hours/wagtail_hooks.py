from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from academy.hours.request_viewsets import RequestsGroup
from academy.hours.services.make_ups import ASKED
from academy.hours.services.objections import OBJECTED

hooks.register("register_admin_viewset", RequestsGroup)


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action(ASKED, _("Ask for hours"), _("Hours asked for"))
    actions.register_action(OBJECTED, _("Object to hours"), _("Objected to hours"))
