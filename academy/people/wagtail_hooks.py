from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from academy.people.choosers import volunteer_chooser
from academy.people.viewsets import PeopleGroup, PrintCards, PrintSlips


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("people.register", _("Register"), _("Registered"))
    actions.register_action("people.accept", _("Accept as a new volunteer"), _("Accepted as a new volunteer"))
    actions.register_action("people.merge", _("Join to another person"), _("Joined to another person"))
    actions.register_action("people.suspend", _("Suspend"), _("Suspended"))
    actions.register_action("people.reinstate", _("Reinstate"), _("Reinstated"))
    actions.register_action("people.consent", _("Record a consent"), _("Consent recorded"))
    actions.register_action("people.print_slip", _("Print a sign-in slip"), _("Sign-in slip printed"))
    actions.register_action("people.issue_card", _("Issue a check-in card"), _("Check-in card issued"))
    actions.register_action("people.replace_card", _("Replace a check-in card"), _("Check-in card replaced"))
    actions.register_action("people.grant_duty", _("Grant a duty"), _("Duty granted"))
    actions.register_action("people.revoke_duty", _("Revoke a duty"), _("Duty revoked"))
    actions.register_action("people.password_link", _("Hand out a password link"), _("Password link handed out"))


hooks.register("register_admin_viewset", PeopleGroup)
hooks.register("register_admin_viewset", lambda: volunteer_chooser)
hooks.register("register_bulk_action", PrintSlips)
hooks.register("register_bulk_action", PrintCards)
