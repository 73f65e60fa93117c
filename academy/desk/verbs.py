"""The next acts of staff with an activity that is over."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.activities.stages import Stage, stage_of
from academy.core.memo import once
from academy.core.verbs import Verb
from academy.hours.services import deadlines
from academy.people.models import User
from academy.people.permissions import Right


def verbs_of(activity: Activity, user: User) -> list[Verb]:
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
