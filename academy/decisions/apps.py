from typing import Any

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from academy.core import links


def _only_decides(user: Any) -> bool:
    """Return whether the login is there to decide: it opens neither a volunteer nor the back office."""
    from academy.people.permissions import Right

    return user.own_volunteer is None and Right.DECIDE in user.rights and Right.OPEN_ADMIN not in user.rights


class DecisionsConfig(AppConfig):
    name = "academy.decisions"
    label = "decisions"
    verbose_name = _("To be decided")

    def ready(self) -> None:
        from academy.people import landing

        links.register(decisions="decisions:list")
        landing.register(_only_decides, "decisions:list")
        autodiscover_modules("decisions")  # each app registers its own kinds, as with admin modules
