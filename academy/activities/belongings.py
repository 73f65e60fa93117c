"""Rights of a user that follow from leading an activity. Computed at every call, never stored."""

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


def may_confirm(user: User, activity: Activity) -> bool:
    """Return whether `user` may confirm hours of the activity.

    K4: users never confirm their own hours; the confirmation itself refuses that.
    """
    if leads(user, activity):
        return Right.CONFIRM_HOURS in BELONGING_RIGHTS[Belonging.LEADER]
    return user.has_right(Right.CONFIRM_HOURS, activity.community)
