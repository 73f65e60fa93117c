"""Verbs that bring an activity's codes to paper."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.activities.stages import AHEAD, Stage, stage_of
from academy.core.verbs import Verb
from academy.people.models import User
from academy.people.permissions import Right


def verbs_of(activity: Activity, user: User) -> list[Verb]:
    """Return the poster of a published activity that is not over, for staff who run it."""
    if activity.imported or not user.may(Right.RUN_ACTIVITIES, activity.community_id):
        return []
    stage = stage_of(activity)
    if stage not in (*AHEAD, Stage.RUNNING):
        return []
    poster = reverse("activity_poster", args=[activity.pk])
    return [Verb(_("Print the poster"), poster, "doc-full", order=20, is_next=stage in AHEAD)]
