from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroupsConfig(AppConfig):
    name = "academy.groups"
    label = "groups"
    verbose_name = _("units in service")

    def ready(self) -> None:
        from academy.groups import receivers as _  # noqa: F401
