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
from academy.units.models import Unit

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


def verbs_of_unit(unit: Unit, user: User) -> list[Verb]:
    """Return the unit's page, and the acts that begin with a unit."""
    if not user.may(Right.MANAGE_PEOPLE, unit.community_id):
        return []

    def adding(page: str, name: str = "unit") -> str:
        return f"{reverse(page)}?{name}={unit.pk}"

    verbs = [
        Verb(_("The unit's page"), reverse("unit_page", args=[unit.pk]), "group", order=1),
        Verb(_("Add a member"), adding("unit_membership:add"), "plus", order=20),
        Verb(_("Add a team"), adding("team:add"), "plus", order=22),
        Verb(_("Record a contribution"), adding("contribution:add"), "plus", order=24),
        Verb(_("Record a commendation"), adding("unit_commendation:add"), "pick", order=26),
        Verb(_("Letter of thanks"), reverse("unit_thanks", args=[unit.pk]), "mail", order=40),
        Verb(_("Change the unit's data"), reverse("unit:edit", args=[unit.pk]), "edit", order=50),
    ]
    if user.may(Right.RUN_ACTIVITIES, unit.community_id):
        verbs += [
            Verb(_("Ask the unit to an activity"), reverse("home:unit", args=[unit.pk]), "link", order=10),
            Verb(_("Book a venue for the unit"), adding("booking:add"), "calendar-check", order=30),
            Verb(_("Add a venue of the unit"), adding("venue:add"), "plus", order=32),
        ]
    return verbs


def verbs_of_activity(activity: Activity, user: User) -> list[Verb]:
    """Return the texts for the chat group, and the act that the activity still needs."""
    stage = stage_of(activity)
    if activity.imported or stage == Stage.DRAFT or activity.published_at is None:
        return []
    verbs = [] if stage == Stage.CANCELLED else _acts_still_needed(activity, user)
    if user.may(Right.RUN_ACTIVITIES, activity.community_id):
        texts = reverse("group_texts", args=[activity.pk])
        verbs.append(Verb(_("Texts for the group"), texts, "copy", order=16))
    return verbs


def _acts_still_needed(activity: Activity, user: User) -> list[Verb]:
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
