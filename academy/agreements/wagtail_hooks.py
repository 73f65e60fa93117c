from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from academy.agreements.viewsets import AgreementViewSet

hooks.register("register_admin_viewset", lambda: AgreementViewSet("agreement"))


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("agreements.publish", _("Publish an agreement"), _("Agreement published"))
    actions.register_action("agreements.sign", _("Sign an agreement"), _("Agreement signed"))
