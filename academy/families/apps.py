from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from academy.core import links


class FamiliesConfig(AppConfig):
    name = "academy.families"
    label = "families"
    verbose_name = _("acting for somebody")

    def ready(self) -> None:
        from academy.families import receivers  # noqa: F401

        links.register(typed_slip="families:slip_typed", slip="families:slip")
