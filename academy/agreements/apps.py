from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from academy.core import links


class AgreementsConfig(AppConfig):
    name = "academy.agreements"
    label = "agreements"
    verbose_name = _("agreements and pledges")

    def ready(self) -> None:
        from academy.agreements import receivers, verbs, works  # noqa: F401
        from academy.agreements.models import Agreement
        from academy.core.verbs import offer
        from academy.people.models import Volunteer

        offer(Agreement, verbs.verbs_of)
        offer(Volunteer, verbs.verbs_of_person)
        links.register(my_agreements="agreements:mine")
