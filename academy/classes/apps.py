from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from academy.core import links


class ClassesConfig(AppConfig):
    name = "academy.classes"
    label = "classes"
    verbose_name = _("Classes")

    def ready(self) -> None:
        from academy.activities import beside
        from academy.classes import receivers  # noqa: F401
        from academy.classes.models import Assessment
        from academy.classes.ways import ways_of
        from academy.learning import in_room

        in_room.register(Assessment.objects.all)
        beside.register(ways_of)
        links.register(course_classes="classes:list")
