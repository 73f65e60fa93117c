from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdvancementConfig(AppConfig):
    name = "academy.advancement"
    label = "advancement"
    verbose_name = _("Recognition")

    def ready(self) -> None:
        from academy.advancement import receivers  # noqa: F401
