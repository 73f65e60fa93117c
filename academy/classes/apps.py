from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from academy.core import links


class ClassesConfig(AppConfig):
    name = "academy.classes"
    label = "classes"
    verbose_name = _("Classes")

    def ready(self) -> None:
        from academy.classes import receivers  # noqa: F401

        links.register(course_classes="classes:list")
