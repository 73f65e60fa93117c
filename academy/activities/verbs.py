"""Verbs of an activity, for staff."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.core.verbs import Verb
from academy.people.models import User
from academy.people.permissions import Right


def verbs_of(activity: Activity, user: User) -> list[Verb]:
    """Return the next possible steps of the activity that this app serves."""
    if activity.imported or not user.may(Right.RUN_ACTIVITIES, activity.community_id):
        return []
    if activity.published_at is None:
        publish = reverse("activity:publish", args=[activity.pk])
        return [Verb(_("Publish"), publish, "upload", order=10, is_next=True)]
    if activity.cancelled_at is not None:
        return []
    cancel = reverse("activity:cancel", args=[activity.pk])
    return [Verb(_("Cancel the activity"), cancel, "cross", is_serious=True)]
