from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccidentsConfig(AppConfig):
    name = "academy.accidents"
    label = "accidents"
    verbose_name = _("Accidents")

    def ready(self) -> None:
        from academy.accidents import receivers  # noqa: F401
