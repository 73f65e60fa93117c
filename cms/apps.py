from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Pages")

    def ready(self) -> None:
        from academy.core import links
        from academy.learning import open_lessons
        from cms import receivers  # noqa: F401
        from cms.reachable import lesson_is_open

        open_lessons.register(lesson_is_open)
        links.register(new_course="new_course")
