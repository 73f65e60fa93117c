"""Change between the real community and the practice community, and the mark on every page (ADR 77)."""

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from academy.core.models import Community
from academy.core.practice import COOKIE, shows_practice
from academy.core.refusals import Refusal
from academy.people.http import user_of
from academy.people.landing import landing_page
from academy.people.models import User
from academy.people.services import practising

REAL = "practises_for"  # in the session: the login to go back to, and its session's hash


class PracticeMiddleware:
    """Keep a cookie in browsers that are signed in to a practice community: each page of theirs is marked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        has_cookie = COOKIE in request.COOKIES
        if has_cookie or hasattr(request, "_cached_user"):
            practises = isinstance(request.user, User) and request.user.is_practising
            if practises and not has_cookie:
                response.set_cookie(COOKIE, "1", secure=request.is_secure(), httponly=True, samesite="Lax")
            elif has_cookie and not practises:
                response.delete_cookie(COOKIE, samesite="Lax")
        return response


def practice(request: HttpRequest) -> dict[str, Any]:
    """Return as `practice`, for templates, whether this page is of a practice community.

    `leaves_practice` is whether its user may go back to the real one. A login costs statements: it is read only where
    the view has done so, or in a browser with our cookie.
    """
    return {"practice": lambda: _is_marked(request), "leaves_practice": lambda: _practises(request, with_login=True)}


def _is_marked(request: HttpRequest) -> bool:
    return shows_practice(request) or _practises(request)


def _practises(request: HttpRequest, *, with_login: bool = False) -> bool:
    session = getattr(request, "session", None)  # missing on a page that fails before its session is read
    if session is None or not (COOKIE in request.COOKIES or session.accessed):
        return False
    user = request.user
    return isinstance(user, User) and user.is_practising and (REAL in session or not with_login)


def communities_shown(request: HttpRequest) -> QuerySet[Community]:
    """Return the communities in lists for all readers: the real ones, or in practice the reader's own."""
    user = request.user
    if not isinstance(user, User) or not user.is_practising:
        return Community.objects.filter(practice_of=None)
    found = Community.objects.filter(practice_of__isnull=False, closed_at=None)
    own = user.own_volunteer
    return found.filter(pk=own.community_id) if own else found.filter(duties__user=user).distinct()


@require_POST
@login_required
def enter(request: HttpRequest) -> HttpResponse:
    """Sign the member of staff in to the practice community, in this browser alone.

    It is another login with a session of its own: a form that another tab still shows is refused by its token.
    """
    user = user_of(request)
    second = practising.practise(user=user)
    if isinstance(second, Refusal):
        messages.error(request, str(second))
        return redirect(landing_page(user))
    real = [user.pk, user.get_session_auth_hash()]
    _become(request, second)
    request.session[REAL] = real
    return redirect(landing_page(second))


@require_POST
@login_required
def leave(request: HttpRequest) -> HttpResponse:
    """Go back to the real community.

    After a change of password or a sign-out everywhere, the user signs in again.
    """
    if REAL not in request.session:
        return redirect(landing_page(user_of(request)))
    pk, known = request.session[REAL]
    real = User.objects.filter(pk=pk, is_active=True).first()
    if real is None or not constant_time_compare(known, real.get_session_auth_hash()):
        logout(request)
        return redirect(settings.LOGIN_URL)
    _become(request, real)
    messages.success(request, _("You are back in the real community."))
    return redirect(landing_page(real))


def _become(request: HttpRequest, user: User) -> None:
    """Change the login of this session, which keeps the proofs of who its person is."""
    proofs = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = proofs
