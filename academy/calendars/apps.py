from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CalendarsConfig(AppConfig):
    name = "academy.calendars"
    label = "calendars"
    verbose_name = _("Calendars")

    def ready(self) -> None:
        from academy.activities import beside
        from academy.calendars import receivers  # noqa: F401
        from academy.calendars.ways import ways_of
        from academy.core import links

        links.register(my_calendars="calendars:calendars")
        beside.register(ways_of)
