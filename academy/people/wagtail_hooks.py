from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from academy.people.bulk_actions import PrintCards, PrintSlips, RecordConsents
from academy.people.choosers import volunteer_chooser
from academy.people.day_views import typed_day
from academy.people.duty_viewsets import DutyViewSet
from academy.people.linking_views import MeAsVolunteerView
from academy.people.models import User
from academy.people.reports import ViewsOfPeople
from academy.people.services import personal_data
from academy.people.staff_views import StaffView
from academy.people.viewsets import IssuerViewSet, PeopleGroup


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("people.register", _("Register"), _("Registered"))
    actions.register_action("people.take_back", _("Take the registration back"), _("Registration taken back"))
    actions.register_action("people.erase", _("Erase the data"), _("Data erased at the person's wish"))
    actions.register_action("people.accept", _("Accept as a new volunteer"), _("Accepted as a new volunteer"))
    actions.register_action("people.merge", _("Join to another person"), _("Joined to another person"))
    actions.register_action("people.suspend", _("Suspend"), _("Suspended"))
    actions.register_action("people.reinstate", _("Reinstate"), _("Reinstated"))
    actions.register_action("people.leave", _("Record a departure"), _("Departure recorded"))
    actions.register_action("people.die", _("Record a death"), _("Death recorded"))
    actions.register_action("people.return", _("Let return"), _("Returned"))
    actions.register_action("people.consent", _("Record a consent"), _("Consent recorded"))
    actions.register_action("people.print_slip", _("Print a sign-in slip"), _("Sign-in slip printed"))
    actions.register_action("people.issue_card", _("Issue a check-in card"), _("Check-in card issued"))
    actions.register_action("people.replace_card", _("Replace a check-in card"), _("Check-in card replaced"))
    actions.register_action("people.grant_duty", _("Grant a duty"), _("Duty granted"))
    actions.register_action("people.revoke_duty", _("Revoke a duty"), _("Duty revoked"))
    actions.register_action("people.password_link", _("Hand out a password link"), _("Password link handed out"))
    actions.register_action("people.link_login", _("Link a sign-in"), _("Sign-in linked"))
    actions.register_action("people.unlink_login", _("Undo the link of a sign-in"), _("Link of the sign-in undone"))
    actions.register_action("people.sign_in", _("Sign in"), _("Signed in"))
    actions.register_action("people.sign_out", _("Sign out"), _("Signed out"))
    actions.register_action("people.end_sessions", _("Sign out everywhere"), _("Signed out by force"))
    actions.register_action("people.set_password", _("Set a password"), _("Password set"))
    actions.register_action("people.add_second_factor", _("Add a second factor"), _("Second factor added"))
    actions.register_action("people.remove_second_factor", _("Remove the second factor"), _("Second factor removed"))
    actions.register_action(personal_data.MINOR_VIEWED, _("View data of an under-14"), _("Data of an under-14 viewed"))
    actions.register_action(personal_data.DOCUMENT_VIEWED, _("View a whole ID number"), _("Whole ID number viewed"))
    actions.register_action(
        personal_data.SENSITIVE_VIEWED, _("View a sensitive record"), _("Sensitive record about the person viewed")
    )
    actions.register_action(personal_data.SEARCHED, _("Look up a person"), _("Looked up by a leader"))


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("day/", typed_day, name="typed_day"),
        path("staff/", StaffView.as_view(), name="staff"),
        path("volunteer/me/", MeAsVolunteerView.as_view(), name="me_as_volunteer"),
        path("reports/views-of-people/", ViewsOfPeople.as_view(), name="views_of_people"),
        path(
            "reports/views-of-people/results/", ViewsOfPeople.as_view(results_only=True), name="views_of_people_results"
        ),
    ]


class _ViewsOfPeopleItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and ViewsOfPeople.right in user.rights


class _StaffItem(_ViewsOfPeopleItem):
    """The list of staff, for users who grant duties."""


@hooks.register("register_settings_menu_item")
def views_of_people_item() -> MenuItem:
    return _ViewsOfPeopleItem(
        ViewsOfPeople.page_title, reverse("views_of_people"), name="views-of-people", icon_name="view", order=80
    )


@hooks.register("register_settings_menu_item")
def staff_item() -> MenuItem:
    return _StaffItem(StaffView.page_title, reverse("staff"), name="staff", icon_name="key", order=20)


hooks.register("register_admin_viewset", PeopleGroup)
hooks.register("register_admin_viewset", lambda: [IssuerViewSet("issuer"), DutyViewSet("duty")])
hooks.register("register_admin_viewset", lambda: volunteer_chooser)
hooks.register("register_icons", lambda icons: [*icons, "core/admin/icons/print.svg"])  # Wagtail has none
hooks.register("register_bulk_action", PrintSlips)
hooks.register("register_bulk_action", PrintCards)
hooks.register("register_bulk_action", RecordConsents)
