from django.apps import AppConfig
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.core import links


class LeadConfig(AppConfig):
    name = "academy.lead"
    label = "lead"
    verbose_name = _("Leader's page")

    def ready(self) -> None:
        from academy.activities.models import Activity
        from academy.core.verbs import offer
        from academy.lead import works  # noqa: F401
        from academy.lead.verbs import verbs_of
        from academy.people import landing

        links.register(
            led_activities="lead:activities",
            leader_page="lead:activity",
            scanner="lead:scanner",
            roster_row="lead:roster_row",
        )
        offer(Activity, verbs_of)
        landing.register(lambda user: Activity.objects.led_today_by(user, timezone.now()).exists(), "lead:activities")
