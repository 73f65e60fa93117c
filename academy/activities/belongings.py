"""What somebody is to an activity, and what follows from it. Derived at every question, stored nowhere."""

from academy.activities.models import Activity
from academy.people.models import User
from academy.people.permissions import BELONGING_RIGHTS, Belonging, Right


def leads(user: User, activity: Activity) -> bool:
    """Whether `user` is the login of the activity's leader."""
    return user.is_active and user.pk is not None and activity.leader.stays.user_id == user.pk


def may_lead(user: User, activity: Activity) -> bool:
    """Whether `user` may run this activity on the day: its leader, or whoever runs activities in its community."""
    if leads(user, activity):
        return Right.LEAD in BELONGING_RIGHTS[Belonging.LEADER]
    return user.has_right(Right.RUN_ACTIVITIES, activity.community)


def may_confirm(user: User, activity: Activity) -> bool:
    """Whether `user` may confirm this activity's hours; never their own, which is the confirmation's to refuse (K4)."""
    if leads(user, activity):
        return Right.CONFIRM_HOURS in BELONGING_RIGHTS[Belonging.LEADER]
    return user.has_right(Right.CONFIRM_HOURS, activity.community)
