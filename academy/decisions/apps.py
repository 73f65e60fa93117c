from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class DecisionsConfig(AppConfig):
    name = "academy.decisions"
    label = "decisions"
    verbose_name = _("To be decided")

    def ready(self) -> None:
        autodiscover_modules("decisions")  # each app registers its own kinds, as with admin modules
