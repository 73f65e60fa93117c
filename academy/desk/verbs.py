"""Ways to a person's page, which shows everything about them, and to what an activity still needs."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.activities.stages import Stage, stage_of
from academy.core.memo import once
from academy.core.verbs import Verb
from academy.hours.services import deadlines
from academy.people.models import User, Volunteer
from academy.people.permissions import Right

READERS = (Right.MANAGE_PEOPLE, Right.VIEW_FIGURES)


def verbs_of_person(volunteer: Volunteer, user: User) -> list[Verb]:
    """Return the page of the person, and its records, where corrections and objections begin."""
    page = person_url(volunteer)
    if not any(user.may(right, volunteer.community_id) for right in READERS):
        return []
    verbs = [Verb(_("Hours and requests"), page, "user", order=1)]
    if volunteer.merged_into_id is None and user.may(Right.CONFIRM_HOURS, volunteer.community_id):
        verbs.append(Verb(_("Correct, or object"), f"{page}#records", "edit", order=30))
    return verbs


def verbs_of_fact(fact: Any, user: User) -> list[Verb]:
    """Return the page of the person whom a record, a request or a certificate concerns."""
    volunteer = fact.record.volunteer if hasattr(fact, "record") else fact.volunteer
    if not any(user.may(right, volunteer.community_id) for right in READERS):
        return []
    return [Verb(_("The person's page"), person_url(volunteer), "user", order=10)]


def person_url(volunteer: Volunteer) -> str:
    """Return the address of the person's page; that of a merged entry leads on to the one who stays."""
    return reverse("person", args=[volunteer.pk])


def verbs_of_activity(activity: Activity, user: User) -> list[Verb]:
    """Return the act that the activity still needs: to confirm its hours, then to evaluate."""
    if activity.imported or not user.may(Right.CONFIRM_HOURS, activity.community_id):
        return []
    if stage_of(activity) != Stage.OVER:
        return []
    deadline = _running(user).get(activity.pk)
    if deadline is None:
        return []
    if deadline.unconfirmed:
        return [Verb(_("Confirm hours"), reverse("confirm_many"), "calendar-check", order=5, is_next=True)]
    evaluate = reverse("lead:evaluate", args=[activity.pk])
    return [Verb(_("Evaluate"), evaluate, "tick", order=5, is_next=True)]


def _running(user: User) -> dict[int, deadlines.Deadline]:
    """Return what activities that are over still need, by the activity's id. Read once in a request."""

    def read() -> dict[int, deadlines.Deadline]:
        communities = user.communities_for(Right.CONFIRM_HOURS)
        return {one.activity.pk: one for one in deadlines.running(communities, at=timezone.now())}

    return once(("deadlines", user.pk), read)
