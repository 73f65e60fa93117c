from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from academy.core import links


class OwnDataConfig(AppConfig):
    name = "academy.own_data"
    label = "own_data"
    verbose_name = _("rights over one's data")

    def ready(self) -> None:
        from academy.core.verbs import offer
        from academy.own_data import receivers, verbs  # noqa: F401
        from academy.people.models import Volunteer

        autodiscover_modules("holdings")  # each app declares what it holds about a person (ADR 90)
        offer(Volunteer, verbs.verbs_of_person)
        links.register(my_data="own_data:mine")
