from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from academy.rotas.viewsets import SeriesViewSet


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("rotas.change", _("Change a standing shift"), _("Standing shift changed"))
    actions.register_action("rotas.leave_out", _("Leave a day out"), _("Day left out"))
    actions.register_action("rotas.renew_poster", _("Give the poster a new code"), _("Poster with a new code"))
    actions.register_action("rotas.stand_in", _("Begin to stand in every week"), _("Stands in every week"))
    actions.register_action("rotas.stop_standing_in", _("End a standing place"), _("Standing place ended"))


hooks.register("register_admin_viewset", lambda: SeriesViewSet("series"))
