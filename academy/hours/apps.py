from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HoursConfig(AppConfig):
    name = "academy.hours"
    label = "hours"
    verbose_name = _("Hours")

    def ready(self) -> None:
        from academy.hours import receivers  # noqa: F401
        from academy.hours.services import totals
        from academy.people.roll import offer_figure

        offer_figure("hours", _("hours this year"), totals.hours_this_year, order=10)
