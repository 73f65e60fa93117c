"""Verbs of an activity, for staff."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.activities.stages import AHEAD, Stage, stage_of
from academy.core.verbs import Verb
from academy.people.models import User
from academy.people.permissions import Right


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
    return verbs
