from django.apps import AppConfig
from django.utils.translation import pgettext_lazy

from academy.core import links


class HomeConfig(AppConfig):
    name = "academy.home"
    label = "home"
    verbose_name = pgettext_lazy("tab", "My page")

    def ready(self) -> None:
        from academy.core.verbs import offer
        from academy.home import verbs, works  # noqa: F401
        from academy.hours.models import ServiceRecord
        from academy.people.models import Volunteer

        offer(Volunteer, verbs.verbs_of_person)
        offer(Volunteer, verbs.verbs_of_minor)
        offer(ServiceRecord, verbs.verbs_of_record)
        links.register(
            my_page="home:my",
            my_requests="home:requests",
            my_unit="home:unit",
            settings="home:settings",
            record="home:record",
            records="home:records",
            missing="home:missing",
            stars="home:stars",
            tiers="home:tiers",
            evidence="home:evidence",
            ask_guardian="home:ask_guardian",
            my_messages="home:messages",
            confirm_mail="home:confirm_address",
            mail_off="home:stop_mail",
        )
