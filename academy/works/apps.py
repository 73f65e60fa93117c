from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorksConfig(AppConfig):
    name = "academy.works"
    label = "works"
    verbose_name = _("Works")

    def ready(self) -> None:
        from academy.works import receivers  # noqa: F401
