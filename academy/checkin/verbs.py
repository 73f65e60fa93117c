"""Verbs that bring an activity's codes to paper."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.core.verbs import Verb
from academy.people.models import User
from academy.people.permissions import Right


def verbs_of(activity: Activity, user: User) -> list[Verb]:
    """Return the poster of a published activity, for staff who run it."""
    if activity.imported or activity.published_at is None or not user.may(Right.RUN_ACTIVITIES, activity.community_id):
        return []
    return [Verb(_("Print the poster"), reverse("activity_poster", args=[activity.pk]), "print", order=20)]
