from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from academy.paper import checks


class PaperConfig(AppConfig):
    name = "academy.paper"
    label = "paper"
    verbose_name = _("Paper")

    def ready(self) -> None:
        register(checks.check_fonts)
        register(checks.check_subsetter)
