"""The act for an activity that this app serves: its list of people, and its filing."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.activities.stages import AHEAD, Stage, stage_of
from academy.core.verbs import Verb
from academy.people.models import User
from academy.people.permissions import Right


def verbs_of(activity: Activity, user: User) -> list[Verb]:
    """Return the filing of an activity that is not over, for staff who run activities."""
    if activity.imported or not user.may(Right.RUN_ACTIVITIES, activity.community_id):
        return []
    if stage_of(activity) not in (*AHEAD, Stage.DRAFT, Stage.RUNNING):
        return []
    return [Verb(_("Insurance and filing"), reverse("activity_filing", args=[activity.pk]), "doc-full", order=28)]
