"""Rights of a user that follow from leading an activity. Computed at every call, never stored."""

import datetime as dt

from academy.activities.models import Activity
from academy.people.models import User
from academy.people.permissions import BELONGING_RIGHTS, Belonging, Right


def leads(user: User, activity: Activity) -> bool:
    """Return whether `user` is the login of the activity's leader."""
    return user.is_active and user.pk is not None and activity.leader.stays.user_id == user.pk


def may_lead(user: User, activity: Activity) -> bool:
    """Return whether `user` may run the activity on its day: as its leader or by a right in its community."""
    if leads(user, activity):
        return Right.LEAD in BELONGING_RIGHTS[Belonging.LEADER]
    return user.has_right(Right.RUN_ACTIVITIES, activity.community)


def may_see_people(user: User, activity: Activity, *, at: dt.datetime) -> bool:
    """Return whether `user` may see at `at` who takes part in the activity.

    They may by a right in its community. Its leader may from the publication until 60 days after the last shift
    (ADR 37): by then the hours are confirmed, and the social worker has the rest.
    """
    if leads(user, activity):
        return Activity.objects.led_at(at).filter(pk=activity.pk).exists()
    return user.has_right(Right.RUN_ACTIVITIES, activity.community)


def may_confirm(user: User, activity: Activity) -> bool:
    """Return whether `user` may confirm hours of the activity.

    K4: users never confirm their own hours; the confirmation itself refuses that.
    """
    if leads(user, activity):
        return Right.CONFIRM_HOURS in BELONGING_RIGHTS[Belonging.LEADER]
    return user.has_right(Right.CONFIRM_HOURS, activity.community)
