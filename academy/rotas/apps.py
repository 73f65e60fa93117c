from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RotasConfig(AppConfig):
    name = "academy.rotas"
    label = "rotas"
    verbose_name = _("Standing shifts")

    def ready(self) -> None:
        from academy.activities import beside, later
        from academy.activities.models import Activity
        from academy.core import finders
        from academy.core.verbs import offer
        from academy.rotas import receivers, verbs  # noqa: F401
        from academy.rotas.finders import find_series
        from academy.rotas.lists import dates_far_ahead, ways_of
        from academy.rotas.models import Series

        offer(Series, verbs.verbs_of)
        finders.register(_("Standing shifts"), "history", 19, find_series)
        offer(Activity, verbs.verbs_of_activity)
        later.register(dates_far_ahead)
        beside.register(ways_of)
