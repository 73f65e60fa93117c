from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("own_data.ask", _("Ask about one's own data"), _("Asked about their own data"))
    actions.register_action("own_data.fetch", _("Fetch the copy of one's data"), _("Copy of their data fetched"))
