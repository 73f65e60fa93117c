from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UnitsConfig(AppConfig):
    name = "academy.units"
    label = "units"
    verbose_name = _("local units")

    def ready(self) -> None:
        from academy.people import namesakes
        from academy.units import receivers  # noqa: F401
        from academy.units.selectors import names_of

        namesakes.register(names_of)
