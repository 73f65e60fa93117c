"""Verbs of an activity, and of a person who takes part, for staff."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.activities.stages import AHEAD, Stage, stage_of
from academy.core.verbs import Verb
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.people.verb_groups import SERVICE


def verbs_of(activity: Activity, user: User) -> list[Verb]:
    """Return the next possible steps of the activity that this app serves."""
    if activity.imported or not user.may(Right.RUN_ACTIVITIES, activity.community_id):
        return []
    stage = stage_of(activity)

    def address(name: str) -> str:
        return reverse(f"activity:{name}", args=[activity.pk])

    verbs = [Verb(_("Hold it again"), address("again"), "copy", order=60)]
    if stage == Stage.DRAFT:
        verbs.append(Verb(_("Publish"), address("publish"), "upload", order=10, is_next=True))
    if stage in AHEAD:
        verbs.append(Verb(_("Invitation picture"), address("invitation"), "image", order=25))
    if stage in (*AHEAD, Stage.RUNNING):
        verbs.append(Verb(_("Cancel the activity"), address("cancel"), "cross", is_serious=True))
    if stage != Stage.DRAFT:
        sign_ups = reverse("activity_sign_ups", args=[activity.pk])
        verbs.append(Verb(_("Sign-ups"), sign_ups, "group", order=14))
    if stage in (*AHEAD, Stage.RUNNING):
        sign_up = reverse("sign_up_for_activity", args=[activity.pk])
        verbs.append(Verb(_("Sign somebody up"), sign_up, "plus", order=12))
    if stage in AHEAD:
        thread = reverse("sign_up_by_thread", args=[activity.pk])
        verbs.append(Verb(_("Paste a thread"), thread, "list-ol", order=13))
        wait = reverse("put_on_waiting_list", args=[activity.pk])
        verbs.append(Verb(_("Put on the waiting list"), wait, "time", order=15))
    return verbs


def verbs_of_person(volunteer: Volunteer, user: User) -> list[Verb]:
    """Return the acts for a person that this app serves: sign up, withdraw."""
    if (
        volunteer.merged_into_id is not None
        or volunteer.erased_at
        or not user.may(Right.RUN_ACTIVITIES, volunteer.community_id)
    ):
        return []
    page = reverse("volunteer_sign_ups", args=[volunteer.pk])
    return [
        Verb(_("Sign up for them"), f"{page}#sign-up", "plus", order=10),
        Verb(_("Withdraw for them"), f"{page}#sign-ups", "cross", order=12, group=SERVICE),
    ]
