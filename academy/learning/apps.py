from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LearningConfig(AppConfig):
    name = "academy.learning"
    label = "learning"
    verbose_name = _("Learning")

    def ready(self) -> None:
        from academy.learning import receivers  # noqa: F401
