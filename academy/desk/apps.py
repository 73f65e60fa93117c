from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from academy.core import links


class DeskConfig(AppConfig):
    name = "academy.desk"
    label = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        from academy.core import finders
        from academy.desk import receivers  # noqa: F401
        from academy.desk.finders import find_acts

        finders.register(_("Acts and lists"), "list-ul", 60, find_acts)
        links.register(trial="desk:try_rules")
