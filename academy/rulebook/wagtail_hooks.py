from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from academy.rulebook.viewsets import RuleSetViewSet


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("rulebook.publish", _("Publish"), _("Rules published"))
    actions.register_action("rulebook.open", _("Open for comments"), _("Draft of the rules opened for comments"))
    actions.register_action("rulebook.take_back", _("Take back"), _("Draft of the rules taken back"))
    actions.register_action("rulebook.word", _("Word a clause"), _("Clause reworded"))
    actions.register_action("rulebook.add_clause", _("Add a clause"), _("Clause added"))
    actions.register_action("rulebook.remove_clause", _("Remove a clause"), _("Clause removed"))


hooks.register("register_admin_viewset", lambda: RuleSetViewSet("rule_set"))
