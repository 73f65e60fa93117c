from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "academy.feedback"
    label = "feedback"
    verbose_name = _("The served people's word")

    def ready(self) -> None:
        from academy.activities.models import Activity
        from academy.core.verbs import offer
        from academy.feedback.verbs import verbs_of_activity

        offer(Activity, verbs_of_activity)
