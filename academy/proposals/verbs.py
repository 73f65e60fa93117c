"""The verb of an activity that this app serves: prepare it together."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity, Kind
from academy.activities.stages import AHEAD, stage_of
from academy.core.verbs import Verb
from academy.people.models import User
from academy.people.permissions import Right


def verbs_of_activity(activity: Activity, user: User) -> list[Verb]:
    """Return the next possible steps of the activity."""
    if activity.imported or not user.may(Right.RUN_ACTIVITIES, activity.community_id):
        return []
    if activity.kind != Kind.SERVICE or stage_of(activity) not in AHEAD:
        return []
    return [Verb(_("Plan a preparation session"), reverse("plan_preparation", args=[activity.pk]), "date", order=62)]
