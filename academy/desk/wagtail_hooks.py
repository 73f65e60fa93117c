from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from academy.activities.models import Activity
from academy.core.services import ENTERED
from academy.decisions.kinds import KINDS
from academy.decisions.selectors import count_overdue, count_waiting
from academy.desk import selectors
from academy.desk import settings_hooks as _settings_hooks  # noqa: F401  (registers the menu “Settings”)
from academy.desk.calendar_views import CALENDAR_TITLE, CalendarView
from academy.desk.confirm_views import confirm_many
from academy.desk.reports import DEADLINES_TITLE, DecidedAlone, show_deadlines
from academy.hours.decisions import ObjectionKind
from academy.hours.services import deadlines
from academy.people.models import User
from academy.people.permissions import Right
from academy.people.reports import ViewsOfPeople

DEADLINES_SHOWN = 20


class TodayPanel(Component):
    """The social worker's first panel: activities of this hour and hours that wait, with their links.

    Other staff who lead an activity find the link to its page here.
    """

    order = 50
    template_name = "desk/admin/today.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        request: HttpRequest = parent_context["request"]
        user: User = parent_context["request"].user
        return {
            **selectors.calendar_missing(user),
            **selectors.failed_parts(),
            "request": request,
            "led": Activity.objects.led_lately_by(user, timezone.now()),
            "runs_activities": _runs_activities(user),
            "running": selectors.activities_now(user.communities_for(Right.RUN_ACTIVITIES), timezone.now()),
            "overdue_objections": count_overdue(KINDS[ObjectionKind.slug], user, timezone.now()),
            "waiting": selectors.activities_waiting(user.communities_for(Right.CONFIRM_HOURS)),
            "deadlines": [
                one
                for one in deadlines.running(user.communities_for(Right.CONFIRM_HOURS), at=timezone.now())
                if one.days_passed >= deadlines.ALERTS[0]
            ][:DEADLINES_SHOWN],
        }


_LINKS = (
    (Right.GRANT_DUTIES, "duty:index", _("Give and revoke duties")),
    (Right.MANAGE_PEOPLE, "volunteer:index", _("The volunteers on the roll")),
    (Right.VIEW_FIGURES, "service_record:index", _("The service records")),
    (Right.GRANT_DUTIES, "views_of_people", ViewsOfPeople.page_title),
    (Right.KEEP_CALENDAR, "holidays", CALENDAR_TITLE),
)


class LinksPanel(Component):
    """The first panel of staff who run no activities: links to their screens."""

    order = 60
    template_name = "desk/admin/links.html"

    def __init__(self, user: User) -> None:
        self.user = user
        self.links = [(reverse(name), label) for right, name, label in _LINKS if user.communities_for(right).exists()]

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {
            "links": self.links,
            "to_decide": count_waiting(self.user),
            **selectors.calendar_missing(self.user),
            **selectors.failed_parts(),
        }


@hooks.register("construct_homepage_panels")
def add_home_panels(request: HttpRequest, panels: list[Any]) -> None:
    user = request.user
    if not isinstance(user, User):
        return
    if _runs_activities(user) or Activity.objects.led_lately_by(user, timezone.now()):
        panels.insert(0, TodayPanel())
    if not _runs_activities(user) and (panel := LinksPanel(user)).links:
        panels.insert(0, panel)


def _runs_activities(user: User) -> bool:
    return user.communities_for(Right.RUN_ACTIVITIES).exists()


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("confirm/", confirm_many, name="confirm_many"),
        path("holidays/", CalendarView.as_view(), name="holidays"),
        path("reports/deadlines/", show_deadlines, name="deadlines"),
        path("reports/decided-alone/", DecidedAlone.as_view(), name="decided_alone"),
        path("reports/decided-alone/results/", DecidedAlone.as_view(results_only=True), name="decided_alone_results"),
    ]


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action(ENTERED, _("Enter the holidays of a year"), _("Holidays of a year entered"))


class _FiguresItem(MenuItem):
    right = Right.VIEW_FIGURES

    def is_shown(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and user.communities_for(self.right).exists()


class _CalendarItem(_FiguresItem):
    right = Right.KEEP_CALENDAR


@hooks.register("register_reports_menu_item")
def deadlines_item() -> MenuItem:
    return _FiguresItem(DEADLINES_TITLE, reverse("deadlines"), name="deadlines", icon_name="time", order=110)


@hooks.register("register_reports_menu_item")
def calendar_item() -> MenuItem:
    return _CalendarItem(CALENDAR_TITLE, reverse("holidays"), name="holidays", icon_name="date", order=130)


@hooks.register("register_reports_menu_item")
def decided_alone_item() -> MenuItem:
    title, url = DecidedAlone.page_title, reverse("decided_alone")
    return _FiguresItem(title, url, name="decided-alone", icon_name="user", order=120)
