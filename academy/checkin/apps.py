from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from academy.core import links


class CheckinConfig(AppConfig):
    name = "academy.checkin"
    label = "checkin"
    verbose_name = _("Check-in")

    def ready(self) -> None:
        from academy.activities.models import Activity
        from academy.activities.signals import activity_published
        from academy.checkin import receivers, verbs  # noqa: F401
        from academy.checkin.services import visits
        from academy.core.verbs import offer
        from academy.people.roll import offer_figure

        offer_figure("last_seen", _("last seen"), visits.last_seen, order=20)
        links.register(check_in_card="checkin:card", typed_code="checkin:typed")
        offer(Activity, verbs.verbs_of)
        activity_published.connect(_open_checkpoints, dispatch_uid="checkin.open_checkpoints")


def _open_checkpoints(activity: Any, **kwargs: Any) -> None:
    from academy.checkin.services import codes

    codes.open_checkpoints(activity=activity)
