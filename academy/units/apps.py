from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UnitsConfig(AppConfig):
    name = "academy.units"
    label = "units"
    verbose_name = _("local units")

    def ready(self) -> None:
        from academy.core.spreadsheets import add_columns
        from academy.people import namesakes
        from academy.people.models import Volunteer
        from academy.units import exports, receivers  # noqa: F401
        from academy.units.selectors import names_of

        namesakes.register(names_of)
        add_columns(Volunteer, exports.OF_PEOPLE)
