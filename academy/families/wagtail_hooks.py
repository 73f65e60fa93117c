from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from academy.families import agency_services, guardian_services, services
from academy.families.viewsets import ConsentViewSet

hooks.register("register_admin_viewset", lambda: ConsentViewSet("consent"))


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action(guardian_services.ASKED, _("Ask the guardian"), _("Link made for the guardian's phone"))
    actions.register_action(guardian_services.CLOSED, _("Close a guardian's link"), _("Guardian's link closed"))
    actions.register_action(agency_services.ACTED, _("Act for somebody"), _("Done by a person who acts for them"))
    actions.register_action(services.BEGAN, _("Begin to act for somebody"), _("Somebody acts for them now"))
    actions.register_action(agency_services.ENDED, _("End acting for somebody"), _("Acting for them ended"))
