"""Sessions of logins with a duty: they end after idle time, and may demand a second factor (ADR 38)."""

import time
from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from academy.core.links import link_to

RENEWED_AFTER = 5 * 60  # seconds: a session is not written at each page
SEEN = "seen"
# Pages that the second factor itself needs, and those that need no duty. A scanner's queue comes with its own token.
OPEN = ("/accounts/", "/checkin/sync/", "/elder/", "/health/", "/i18n/", "/language/", "/media/")


class StaffMiddleware:
    """Let sessions of staff end after `STAFF_IDLE_SECONDS` without a request; volunteers keep theirs.

    It reads the login only where the view has done so, or if a second factor is demanded.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECOND_FACTOR_REQUIRED and (page := _page_of_second_factor(request)):
            return redirect_to_login(request.get_full_path(), page)
        response = self.get_response(request)
        if request.session.accessed and request.user.is_authenticated and request.user.is_staff:
            _renew(request)
        return response


def _renew(request: HttpRequest) -> None:
    now, seen = int(time.time()), request.session.get(SEEN, 0)
    if now - seen >= RENEWED_AFTER or request.session.get_expiry_age() != settings.STAFF_IDLE_SECONDS:
        request.session[SEEN] = now
        request.session.set_expiry(settings.STAFF_IDLE_SECONDS)


def _page_of_second_factor(request: HttpRequest) -> str:
    """Return the page on which staff set up or enter the second factor; an empty text if none is due."""
    if request.path.startswith((*OPEN, link_to("typed_slip"))) or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    user = request.user
    if not user.is_authenticated or not user.is_staff:
        return ""
    if user.practises_for_id is not None:  # only a session that passed here becomes one of practice (ADR 77)
        return ""
    if any(proof["method"] == "mfa" for proof in get_authentication_records(request, user)):
        return ""
    return reverse("mfa_reauthenticate" if is_mfa_enabled(user) else "mfa_activate_totp")
