"""Our settings of allauth, and the page after a sign-in."""

import time
from typing import Any
from urllib.parse import urlsplit

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from academy.core.links import link_to, public_address
from academy.core.practice import titled
from academy.people import limits
from academy.people.landing import landing_page
from academy.people.models import User
from academy.people.services import attempts

NO_ADDRESS = "0.0.0.0"


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _(
            "These details do not match. If you share a phone, sign in with your volunteer number. Try again, or ask "
            "at the desk for a sign-in slip."
        ),
        # of the code of a second factor
        "too_many_login_attempts": _("There were too many attempts. Wait five minutes and try again."),
        "incorrect_password": _("This is not your password. Try again."),
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
        return public_address(urlsplit(super().get_reset_password_from_key_url(key)).path)

    def render_mail(self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None) -> Any:
        """Return allauth's message, marked if it goes to a login of a practice community (ADR 77)."""
        message = super().render_mail(template_prefix, email, context, headers)
        user = context.get("user")
        message.subject = titled(message.subject, practice=isinstance(user, User) and user.is_practising)
        return message

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the client's address as our proxies wrote it, else that of the connection."""
        try:
            address: str = super().get_client_ip(request)
        except (ImproperlyConfigured, PermissionDenied):
            # Fewer proxies wrote it than we trust: a request from inside. On a socket file there is no address at all.
            address = request.META.get("REMOTE_ADDR") or NO_ADDRESS
        return address

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt by our own limits; raise `ValidationError` if it has to wait."""
        self._sources = limits.count_attempt(request, act="password", name=credentials.get("username", ""))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            attempts.take_back(sources=self._sources)
        return user

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Return whether this session lacks a slip, password or code of the last minutes."""
        assert self.request is not None
        proofs = get_authentication_records(self.request, self.request.user)
        return not proofs or time.time() - proofs[-1]["at"] > app_settings.REAUTHENTICATION_TIMEOUT

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Return allauth's ways to prove who one is, and the slip: most people have nothing else."""
        slip = {"id": "slip", "description": _("Use a new sign-in slip"), "url": link_to("typed_slip")}
        return [*super().get_reauthentication_methods(user), slip]
