from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "academy.activities"
    label = "activities"
    verbose_name = _("Activities")

    def ready(self) -> None:
        from academy.activities import receivers  # noqa: F401
