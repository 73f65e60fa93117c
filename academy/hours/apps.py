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
        from academy.people.models import Volunteer

        add_columns(Volunteer, *exports.OF_PEOPLE)
        add_columns(Activity, *exports.OF_ACTIVITIES)
