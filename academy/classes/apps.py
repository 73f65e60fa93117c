from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClassesConfig(AppConfig):
    name = "academy.classes"
    label = "classes"
    verbose_name = _("Classes")

    def ready(self) -> None:
        from academy.classes import receivers  # noqa: F401
