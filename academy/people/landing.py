"""The page after a sign-in without `next`. Upper apps register theirs, as the leader's list."""

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse

from academy.people.models import User
from academy.people.permissions import Right

Condition = Callable[[User], bool]

_PAGES: list[tuple[Condition, str]] = []


def register(is_for: Condition, url_name: str) -> None:
    """Register the page on which a user lands if `is_for(user)`. An app calls this once, in its `ready`."""
    _PAGES.append((is_for, url_name))


def landing_page(user: User) -> str:
    """Return the first registered page that is for `user`; else the admin for staff, `/my/` for others.

    A volunteer with other duties than running activities, as a trainer, comes with a phone: `/my/` has a link to the
    admin.
    """
    for is_for, url_name in _PAGES:
        if is_for(user):
            return reverse(url_name)
    at_desk = user.own_volunteer is None or Right.RUN_ACTIVITIES in user.rights
    if at_desk and user.has_perm("wagtailadmin.access_admin"):
        return reverse("wagtailadmin_home")
    return settings.LOGIN_REDIRECT_URL
