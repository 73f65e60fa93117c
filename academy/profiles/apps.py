from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from academy.core import links


class ProfilesConfig(AppConfig):
    name = "academy.profiles"
    label = "profiles"
    verbose_name = _("details of people")

    def ready(self) -> None:
        from academy.core.spreadsheets import add_columns
        from academy.core.verbs import offer
        from academy.people.models import Volunteer
        from academy.profiles import exports, receivers, verbs  # noqa: F401

        offer(Volunteer, verbs.verbs_of)
        add_columns(Volunteer, *exports.OF_PEOPLE)
        links.register(own_contact="profiles:contact", own_identity="profiles:identity")
