from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "academy.activities"
    label = "activities"
    verbose_name = _("Activities")

    def ready(self) -> None:
        from academy.activities import checks, practica, receivers, verbs  # noqa: F401
        from academy.activities.finders import find_activities
        from academy.activities.models import Activity
        from academy.activities.unsigned import due_unsigned
        from academy.agreements.services import register_due
        from academy.core import finders
        from academy.core.verbs import offer
        from academy.learning import practica as of_courses
        from academy.people.models import Volunteer

        register_due(due_unsigned)
        of_courses.register(practica.roles)
        offer(Activity, verbs.verbs_of)
        finders.register(_("Activities"), "calendar-alt", 20, find_activities)
        offer(Volunteer, verbs.verbs_of_person)
        post_migrate.connect(_guard_breaks, sender=self)


def _guard_breaks(using: str, **kwargs: Any) -> None:
    from academy.activities import guards

    guards.install(connections[using])
