"""The verb of an activity that this app serves."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.activities.stages import AHEAD, Stage, stage_of
from academy.core.verbs import Verb
from academy.people.models import User
from academy.people.permissions import Right


def verbs_of_activity(activity: Activity, user: User) -> list[Verb]:
    """Return the page with the code and what the served people said."""
    if activity.imported or not user.may(Right.RUN_ACTIVITIES, activity.community_id):
        return []
    if stage_of(activity) not in (*AHEAD, Stage.RUNNING, Stage.OVER):
        return []
    return [Verb(_("The served people's word"), reverse("feedback:words", args=[activity.pk]), "comment", order=40)]
