"""The first steps of a new community, ticked off from facts; the list goes when they are done."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.core import workdays
from academy.core.links import link_to
from academy.core.models import Community
from academy.learning.models import CourseVersion
from academy.people.bulk_actions import print_slips_url
from academy.people.models import Card, Duty, Slip, User, Volunteer
from academy.people.permissions import DutyRole, Right, roles_with


@dataclass(frozen=True)
class Step:
    """One of the first steps. Without `url` another duty does it: `who` names that duty."""

    text: Any
    is_done: bool
    act: Any = ""
    url: str = ""
    who: Any = ""


@dataclass(frozen=True)
class FirstSteps:
    """The first steps of one community."""

    community: Community
    steps: list[Step]

    @property
    def open(self) -> list[Step]:
        return [step for step in self.steps if not step.is_done]

    @property
    def ticked(self) -> list[Step]:
        return [step for step in self.steps if step.is_done]


def first_steps(user: User) -> list[FirstSteps]:
    """Return the first steps of each community whose people the user manages, until all are done.

    Takes two statements. The calendar of the year alone keeps no list open: the page asks for it by itself.
    """
    managed = user.communities_for(Right.MANAGE_PEOPLE)

    def has(model: Any, path: str, **only: Any) -> Exists:
        return Exists(model.objects.filter(**{path: OuterRef("pk")}, **only))

    communities = managed.annotate(
        has_people=has(Volunteer, "community", taken_back_at=None),
        has_papers=Q(has(Slip, "volunteer__community")) | Q(has(Card, "volunteer__community")),
        has_activity=has(Activity, "community", imported=False),
        has_course=has(CourseVersion, "course__community"),
        has_second=has(Duty, "community", role=DutyRole.APPROVER),
    ).order_by("name")
    year = workdays.year_to_enter(timezone.localdate())
    found = []
    for one in communities:
        facts = (one.has_people, one.has_papers, one.has_activity, one.has_course, one.has_second)
        if not all(facts):
            found.append(FirstSteps(one, _steps(user, one, facts, year)))
    return found


def _steps(user: User, community: Community, facts: tuple[bool, ...], year: int | None) -> list[Step]:
    people, papers, activity, course, second = facts
    calendar = _("Enter the holidays of %(year)s") % {"year": year} if year else _("Enter the holidays of the year")

    def step(text: Any, is_done: bool, act: Any, url: str, right: Right) -> Step:
        if is_done:
            return Step(text, is_done)
        if user.may(right, community.pk):
            return Step(text, is_done, act, url)
        return Step(text, is_done, who=roles_with(right)[0].label)

    return [
        step(
            _("Bring in the roll from your spreadsheet"),
            people,
            _("Import the roll"),
            reverse("roll_file:add"),
            Right.MANAGE_PEOPLE,
        ),
        step(
            _("Print sign-in slips or check-in cards for them"),
            papers,
            _("Print slips"),
            print_slips_url(),
            Right.MANAGE_PEOPLE,
        ),
        step(_("Publish the first course"), course, _("New course"), link_to("new_course"), Right.PUBLISH_COURSES),
        step(
            _("Plan the first activity"),
            activity,
            _("Plan an activity"),
            reverse("activity:add"),
            Right.RUN_ACTIVITIES,
        ),
        step(calendar, year is None, _("Enter them"), reverse("holidays"), Right.KEEP_CALENDAR),
        step(
            _("Appoint a second person as approver: make-ups and objections need one"),
            second,
            _("Appoint"),
            reverse("duty:add"),
            Right.GRANT_DUTIES,
        ),
    ]
