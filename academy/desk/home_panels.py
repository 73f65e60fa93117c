"""The panels of the back office's home: what is to be done today, and the screens of other staff."""

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from academy.activities.models import Activity
from academy.certificates.printout_report import PrintoutsView
from academy.desk import selectors, todo
from academy.desk.calendar_views import CALENDAR_TITLE
from academy.desk.first_steps import first_steps
from academy.desk.reports import DEADLINES_TITLE, DecidedAlone
from academy.people.models import User
from academy.people.permissions import Right
from academy.people.reports import ViewsOfPeople

_TODAY = (Right.RUN_ACTIVITIES, Right.MANAGE_PEOPLE, Right.DECIDE)


class DeskPanel(Component):
    """A panel with the look of the back office's own screens."""

    class Media:
        css = {"all": ["css/desk.css"]}

    def __init__(self, user: User) -> None:
        self.user = user


class TodayPanel(DeskPanel):
    """The first panel: what runs, what comes, and what is to be done, of what the user has the right to.

    Other staff who lead an activity find the link to its page here.
    """

    order = 50
    template_name = "desk/admin/today.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        request: HttpRequest = parent_context["request"]
        now = timezone.now()
        return {
            **selectors.calendar_missing(self.user),
            **selectors.failed_parts(),
            **todo.page_of(self.user, now),
            "request": request,
            "csrf_token": get_token(request),  # a panel is rendered without the request's context
            "today": timezone.localdate(now),
            "led": selectors.led_lately(self.user, now),
            "has_duties": has_duties(self.user),
            "first_steps": first_steps(self.user),
            "several": self.user.communities_for(Right.MANAGE_PEOPLE).count() > 1,
        }


_LINKS = (
    (Right.GRANT_DUTIES, "duty:index", _("Give and revoke duties")),
    (Right.MANAGE_PEOPLE, "volunteer:index", _("The volunteers on the roll")),
    (Right.VIEW_FIGURES, "service_record:index", _("The service records")),
    (Right.VIEW_FIGURES, "deadlines", DEADLINES_TITLE),
    (Right.VIEW_FIGURES, "decided_alone", DecidedAlone.page_title),
    (Right.GRANT_DUTIES, "views_of_people", ViewsOfPeople.page_title),
    (Right.GRANT_DUTIES, "printouts", PrintoutsView.page_title),
    (Right.KEEP_CALENDAR, "holidays", CALENDAR_TITLE),
)


class LinksPanel(DeskPanel):
    """The panel of staff who run no activities: this year's figures, and links to their screens."""

    order = 60
    template_name = "desk/admin/links.html"

    def __init__(self, user: User, *, alone: bool = False) -> None:
        super().__init__(user)
        self.alone = alone  # no panel above says which parts have failed
        self.links = [(reverse(name), label) for right, name, label in _LINKS if right in user.rights]

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        year = timezone.localdate().year
        views = self.user.communities_for(Right.VIEW_FIGURES)
        parts = {**selectors.calendar_missing(self.user), **selectors.failed_parts()} if self.alone else {}
        return {
            **parts,
            "links": self.links,
            "year": year,
            "figures": selectors.figures_of(views, year) if views.exists() else None,
        }


def has_duties(user: User) -> bool:
    """Return whether a duty of this user puts anything on the to-do list."""
    return any(right in user.rights for right in _TODAY)


def panels_for(user: User) -> list[DeskPanel]:
    """Return the panels that this user's rights ask for."""
    panels: list[DeskPanel] = []
    if has_duties(user) or Activity.objects.led_lately_by(user, timezone.now()):
        panels.append(TodayPanel(user))
    if Right.RUN_ACTIVITIES not in user.rights:
        links = LinksPanel(user, alone=not panels)
        if links.links:
            panels.append(links)
    return panels
