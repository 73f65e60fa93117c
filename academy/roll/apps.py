from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RollConfig(AppConfig):
    name = "academy.roll"
    label = "roll"
    verbose_name = _("The roll from a spreadsheet")

    def ready(self) -> None:
        from academy.core import links
        from academy.roll import receivers, works  # noqa: F401

        links.register(import_roll="roll_file:add")
