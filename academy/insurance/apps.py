from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsuranceConfig(AppConfig):
    name = "academy.insurance"
    label = "insurance"
    verbose_name = _("Insurance and filing")

    def ready(self) -> None:
        from academy.activities.models import Activity
        from academy.core.verbs import offer
        from academy.insurance import receivers, works  # noqa: F401
        from academy.insurance.verbs import verbs_of

        offer(Activity, verbs_of)
