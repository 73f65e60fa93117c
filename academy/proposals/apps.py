from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from academy.core import links


class ProposalsConfig(AppConfig):
    name = "academy.proposals"
    label = "proposals"
    verbose_name = _("Proposed activities")

    def ready(self) -> None:
        from academy.activities import beside
        from academy.activities.models import Activity
        from academy.core.verbs import offer
        from academy.proposals import receivers  # noqa: F401
        from academy.proposals.preparing import ways_of
        from academy.proposals.verbs import verbs_of_activity

        links.register(proposals="proposals:mine")
        offer(Activity, verbs_of_activity)
        beside.register(ways_of, "preparation", "preparation_for__prepares")
