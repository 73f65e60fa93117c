from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaperConfig(AppConfig):
    name = "academy.paper"
    label = "paper"
    verbose_name = _("Paper")

    def ready(self) -> None:
        from academy.paper import checks  # noqa: F401: registers itself
