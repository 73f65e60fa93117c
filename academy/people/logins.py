"""Questions about logins: staff, and users who may hand them out."""

from academy.core.models import Community
from academy.people.models import User
from academy.people.permissions import Right


def may_hand_out(user: User, *, by: User | None) -> bool:
    """Return whether `by` may create a slip or a password link of this login.

    They may for their own login, and for a login whose duties they could all grant.
    """
    if by is None or user == by or by.is_superuser:
        return True
    staffed = Community.objects.filter(duties__user=user)
    return not user.is_superuser and not staffed.exclude(pk__in=by.communities_for(Right.GRANT_DUTIES)).exists()


def is_staff(user: User) -> bool:
    """Return whether this login has any duty."""
    return user.is_superuser or user.duties.exists()
