from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea

from academy.core.services import ENTERED
from academy.desk import settings_hooks as _settings_hooks  # noqa: F401  (registers the menu “Settings”)
from academy.desk.calendar_views import CALENDAR_TITLE, CalendarView
from academy.desk.confirm_views import confirm_many
from academy.desk.evaluate_views import evaluate_many
from academy.desk.find_views import find, suggest
from academy.desk.group_text_views import GroupTexts
from academy.desk.home_panels import panels_for
from academy.desk.hours_report import TITLE as HOURS_TITLE
from academy.desk.hours_report import HoursReport
from academy.desk.person_views import choose_person, show_person
from academy.desk.reports import DEADLINES_TITLE, DecidedAlone, show_deadlines
from academy.desk.to_tell_views import ToTell
from academy.desk.unit_views import print_quarter, show_unit, write_thanks
from academy.desk.units_report import TITLE as UNITS_TITLE
from academy.desk.units_report import UnitsReport
from academy.people.models import User
from academy.people.permissions import Right


@hooks.register("construct_homepage_panels")
def add_home_panels(request: HttpRequest, panels: list[Any]) -> None:
    if isinstance(request.user, User):
        panels[:0] = panels_for(request.user)


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("confirm/", confirm_many, name="confirm_many"),
        path("evaluate/", evaluate_many, name="evaluate_many"),
        path("to-tell/", ToTell.as_view(), name="to_tell"),
        path("find/", find, name="find"),
        path("find/suggestions/", suggest, name="find_suggestions"),
        path("holidays/", CalendarView.as_view(), name="holidays"),
        path("activities/<int:pk>/texts/", GroupTexts.as_view(), name="group_texts"),
        path("people/<int:pk>/", show_person, name="person"),
        path("people/choose/<slug:act>/", choose_person, name="choose_person"),
        path("units/<int:pk>/", show_unit, name="unit_page"),
        path("units/<int:pk>/thanks/", write_thanks, name="unit_thanks"),
        path("units/<int:pk>/quarter/<int:volunteer_id>/", print_quarter, name="unit_quarter"),
        path("reports/units/", UnitsReport.as_view(), name="units_report"),
        path("reports/deadlines/", show_deadlines, name="deadlines"),
        path("reports/hours/", HoursReport.as_view(), name="hours_report"),
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
        return isinstance(user, User) and self.right in user.rights


class _CalendarItem(_FiguresItem):
    right = Right.KEEP_CALENDAR


@hooks.register("register_reports_menu_item")
def deadlines_item() -> MenuItem:
    return _FiguresItem(DEADLINES_TITLE, reverse("deadlines"), name="deadlines", icon_name="time", order=110)


@hooks.register("register_reports_menu_item")
def hours_item() -> MenuItem:
    return _FiguresItem(HOURS_TITLE, reverse("hours_report"), name="hours-report", icon_name="time", order=100)


@hooks.register("register_reports_menu_item")
def units_item() -> MenuItem:
    return _FiguresItem(UNITS_TITLE, reverse("units_report"), name="units-report", icon_name="group", order=105)


@hooks.register("register_reports_menu_item")
def calendar_item() -> MenuItem:
    return _CalendarItem(CALENDAR_TITLE, reverse("holidays"), name="holidays", icon_name="date", order=130)


@hooks.register("register_reports_menu_item")
def decided_alone_item() -> MenuItem:
    title, url = DecidedAlone.page_title, reverse("decided_alone")
    return _FiguresItem(title, url, name="decided-alone", icon_name="user", order=120)


@hooks.register("register_admin_search_area")
def find_area() -> SearchArea:
    """Search all, first: the field of the menu leads to the first area."""
    return SearchArea(_("Find"), reverse("find"), name="find", icon_name="search", order=1)


@hooks.register("insert_global_admin_css")
def find_style() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/find.css"))


@hooks.register("insert_global_admin_js")
def find_script() -> SafeString:
    return format_html('<script src="{}" data-find="{}" defer></script>', static("js/find.js"), reverse("find"))
