"""Who may hold a key to a login."""

from academy.core.models import Community
from academy.people.models import User
from academy.people.permissions import Right


def may_hand_out(user: User, *, by: User | None) -> bool:
    """Whether `by` may hold a key to this login: it is their own, or they could grant all its duties themselves."""
    if by is None or user == by or by.is_superuser:
        return True
    staffed = Community.objects.filter(duties__user=user)
    return not user.is_superuser and not staffed.exclude(pk__in=by.communities_for(Right.GRANT_DUTIES)).exists()


def is_staff(user: User) -> bool:
    """Whether this login has any duty."""
    return user.is_superuser or user.duties.exists()
