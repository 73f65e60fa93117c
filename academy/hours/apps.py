from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class HoursConfig(AppConfig):
    name = "academy.hours"
    label = "hours"
    verbose_name = _("Hours")

    def ready(self) -> None:
        from academy.hours import checks, receivers  # noqa: F401

        post_migrate.connect(_guard_facts, sender=self)


def _guard_facts(using: str, **kwargs: Any) -> None:
    from academy.hours import triggers

    triggers.install(connections[using])
