from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "academy.messaging"
    label = "messaging"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from academy.messaging import receivers  # noqa: F401
