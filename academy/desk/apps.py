from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from academy.core import links


class DeskConfig(AppConfig):
    name = "academy.desk"
    label = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        from academy.activities.models import Activity
        from academy.core.verbs import offer
        from academy.desk import receivers, verbs  # noqa: F401

        offer(Activity, verbs.verbs_of)
        links.register(trial="desk:try_rules")
