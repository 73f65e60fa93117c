"""The verb of an activity that this app serves."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.activities.stages import Stage, stage_of
from academy.core.verbs import Verb
from academy.people.models import User
from academy.people.permissions import Right


def verbs_of_activity(activity: Activity, user: User) -> list[Verb]:
    """Return the page with the photos of an activity that has begun."""
    if activity.imported or not user.may(Right.RUN_ACTIVITIES, activity.community_id):
        return []
    if stage_of(activity) not in (Stage.RUNNING, Stage.OVER):
        return []
    return [Verb(_("Photos"), reverse("photos:manage", args=[activity.pk]), "image", order=41)]
