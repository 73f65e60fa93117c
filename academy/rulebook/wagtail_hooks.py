from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from academy.rulebook.viewsets import RuleSetViewSet


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("rulebook.publish", _("Publish"), _("Rules published"))


hooks.register("register_admin_viewset", lambda: RuleSetViewSet("rule_set"))
