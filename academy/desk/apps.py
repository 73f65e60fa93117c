from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from academy.core import links


class DeskConfig(AppConfig):
    name = "academy.desk"
    label = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        from academy.desk import receivers  # noqa: F401

        links.register(trial="desk:try_rules")
