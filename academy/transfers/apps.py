from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TransfersConfig(AppConfig):
    name = "academy.transfers"
    label = "transfers"
    verbose_name = _("Records in and out")

    def ready(self) -> None:
        from academy.core import links
        from academy.transfers import receivers, works  # noqa: F401

        links.register(spreadsheets="upload:index")
