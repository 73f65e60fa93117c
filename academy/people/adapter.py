"""Our settings of allauth, and the page after a sign-in."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.people.models import User
from academy.people.permissions import Right


def landing_page(user: User) -> str:
    """Return the page after a sign-in without `next`: the admin for staff, `/my/` for others.

    A volunteer with other duties than running activities, as a trainer who leads one, comes with a phone: `/my/` has
    links to the leader's page and to the admin.
    """
    at_desk = user.own_volunteer is None or user.communities_for(Right.RUN_ACTIVITIES).exists()
    if at_desk and user.has_perm("wagtailadmin.access_admin"):
        return reverse("wagtailadmin_home")
    return settings.LOGIN_REDIRECT_URL


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _(
            "These details do not match. If you share a phone, sign in with your volunteer number. Try again, or ask "
            "at the desk for a sign-in slip."
        ),
        "too_many_login_attempts": _(
            "There were too many attempts. Wait five minutes and try again, or ask at the desk for a sign-in slip."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: people join at the desk."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        assert isinstance(request.user, User)
        return landing_page(request.user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        assert isinstance(request.user, User)
        return landing_page(request.user)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Ignore allauth's messages: the next page shows the result."""

    def get_reset_password_from_key_url(self, key: str) -> str:
        # Take the host from the settings: a forged Host header must not decide where a mailed link leads.
        return f"{settings.PUBLIC_URL}{urlsplit(super().get_reset_password_from_key_url(key)).path}"
