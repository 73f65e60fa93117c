from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HoursConfig(AppConfig):
    name = "academy.hours"
    label = "hours"
    verbose_name = _("Hours")

    def ready(self) -> None:
        from academy.activities.models import Activity
        from academy.core.spreadsheets import add_columns
        from academy.hours import exports, receivers  # noqa: F401
        from academy.hours.services import totals
        from academy.people.models import Volunteer
        from academy.people.roll import offer_figure

        add_columns(Volunteer, *exports.OF_PEOPLE)
        add_columns(Activity, *exports.OF_ACTIVITIES)
        offer_figure("hours", _("hours this year"), totals.hours_this_year, order=10)
