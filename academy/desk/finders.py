"""Acts of the back office and its menu, found by their names."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem, SubmenuMenuItem, admin_menu

from academy.core.finders import Hit, nearness_of
from academy.passes.bulk_actions import print_badges_url
from academy.people.bulk_actions import print_cards_url, print_slips_url
from academy.people.http import user_of
from academy.people.models import User
from academy.people.permissions import DUTY_RIGHTS, DutyRole, Right
from academy.people.volunteer_viewsets import marked_url, same_people_url


@dataclass(frozen=True)
class Act:
    """An act that begins on a page of its own."""

    label: Any
    right: Right
    url: Any  # the name of the page, or a function that returns its address
    words: Any = ""  # other words for it, with blanks between

    @property
    def address(self) -> str:
        return str(self.url() if callable(self.url) else reverse(self.url))

    def nearness(self, typed: str) -> int | None:
        """Return how near one of its names is to `typed`."""
        names = [str(self.label), *str(self.words).split()]
        return min((near for name in names if (near := nearness_of(name, typed)) is not None), default=None)


def _for(act: str) -> Callable[[], str]:
    """Return the address of the page that finds the person for whom `act` is done."""
    return lambda: reverse("choose_person", args=[act])


ACTS = (
    Act(_("Register a volunteer"), Right.MANAGE_PEOPLE, "volunteer:add", _("new-person sign-on roll")),
    Act(_("Print sign-in slips for everybody"), Right.MANAGE_PEOPLE, print_slips_url, _("slip login-slip")),
    Act(_("Print check-in cards for everybody"), Right.MANAGE_PEOPLE, print_cards_url, _("card badge")),
    Act(_("Print badges for everybody"), Right.MANAGE_PEOPLE, print_badges_url, _("badge name-tag")),
    Act(_("People marked at the gate"), Right.MANAGE_PEOPLE, marked_url, _("new-faces walk-ins")),
    Act(_("People who are perhaps twice on the roll"), Right.MANAGE_PEOPLE, same_people_url, _("duplicates join")),
    Act(_("Record a consent"), Right.MANAGE_PEOPLE, "consent:add", _("guardian agreement")),
    Act(_("Plan an activity"), Right.RUN_ACTIVITIES, "activity:add", _("new-activity publish")),
    Act(_("Confirm hours of many activities"), Right.CONFIRM_HOURS, "confirm_many", _("confirm hours")),
    Act(_("Evaluate many activities"), Right.CONFIRM_HOURS, "evaluate_many", _("evaluation satisfactory stars")),
    Act(_("Confirm and evaluate in time"), Right.VIEW_FIGURES, "deadlines", _("overdue evaluation deadline")),
    Act(_("Ask for missing hours"), Right.CONFIRM_HOURS, _for("make-up"), _("make-up forgotten elder")),
    Act(_("Correct hours"), Right.CONFIRM_HOURS, _for("correction"), _("correction wrong-hours")),
    Act(_("Object to hours on notice"), Right.CONFIRM_HOURS, _for("objection"), _("objection complaint")),
    Act(_("Apply for stars"), Right.CONFIRM_HOURS, _for("star-rating"), _("stars rating")),
    Act(_("Sign somebody up for an activity"), Right.RUN_ACTIVITIES, _for("sign-up"), _("sign-up place withdraw")),
    Act(_("Import past service"), Right.CONFIRM_HOURS, "upload:add", _("import excel spreadsheet history")),
    Act(_("Hours of volunteers"), Right.VIEW_FIGURES, "hours_report", _("report month street sum")),
    Act(_("Decide requests"), Right.DECIDE, "decisions:list", _("approve decision")),
    Act(_("Look at the public notice"), Right.VIEW_FIGURES, "home:notices", _("notice-board hours")),
    Act(_("Issue a certificate"), Right.ISSUE_CERTIFICATES, "certificate:add", _("certify proof")),
    Act(_("Grant a duty"), Right.GRANT_DUTIES, "duty:add", _("staff role account")),
    Act(_("Enter the holidays of a year"), Right.KEEP_CALENDAR, "holidays", _("workdays calendar")),
)


def rights_of(user: User) -> frozenset[Right]:
    """Return the rights that the user has in some community. One statement."""
    if user.is_superuser:
        return frozenset(Right)
    roles = user.duties.values_list("role", flat=True)
    return frozenset().union(*(DUTY_RIGHTS[DutyRole(role)] for role in roles))


def find_acts(request: HttpRequest, typed: str) -> Iterator[Hit]:
    """Yield the acts that the user may do, and the pages of their menu."""
    rights = rights_of(user_of(request))
    for act in ACTS:
        if act.right in rights and (near := act.nearness(typed)) is not None:
            yield Hit(str(act.label), act.address, nearness=near)
    for above, item in _items(request, admin_menu.menu_items_for_request(request)):
        label = capfirst(str(item.label))
        if (near := nearness_of(label, typed)) is not None:
            yield Hit(label, item.url, above, near)


def _items(request: HttpRequest, items: Iterable[MenuItem], above: str = "") -> Iterator[tuple[str, MenuItem]]:
    """Yield the items of a menu that lead to a page, each with the name of the menu above it."""
    for item in items:
        if isinstance(item, SubmenuMenuItem):
            yield from _items(request, item.menu.menu_items_for_request(request), str(item.label))
        elif item.url and item.url != "#":
            yield above, item
