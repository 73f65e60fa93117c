from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PassesConfig(AppConfig):
    name = "academy.passes"
    label = "passes"
    verbose_name = _("passbooks and badges")

    def ready(self) -> None:
        from academy.core.verbs import offer
        from academy.passes import verbs, works  # noqa: F401
        from academy.people.models import Volunteer

        offer(Volunteer, verbs.verbs_of_person)
