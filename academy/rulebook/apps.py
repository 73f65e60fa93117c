from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RulebookConfig(AppConfig):
    name = "academy.rulebook"
    label = "rulebook"
    verbose_name = _("Rule book")

    def ready(self) -> None:
        from academy.core import shown_hours
        from academy.people import ages
        from academy.rulebook import checks, services  # noqa: F401

        ages.register_youngest(services.youngest_age)
        shown_hours.register_step(services.paper_step)
