"""The cookies of a browser at the gate: its own id, five minutes of grace, and the token of its forms."""

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from academy.core.keys import is_key, normalise_key, random_key

GRACE_COOKIE = "grace"
GRACE_SECONDS = 300
GRACE_SALT = "academy.checkin.grace"
BROWSER_COOKIE = "browser"
BROWSER_BITS = 64
BROWSER_SECONDS = 400 * 24 * 60 * 60  # browsers keep no cookie longer


def has_grace(request: HttpRequest, checkpoint: str) -> bool:
    """Return whether this browser showed a good code of this checkpoint in the last five minutes."""
    try:
        key = request.get_signed_cookie(GRACE_COOKIE, default="", salt=GRACE_SALT, max_age=GRACE_SECONDS)
    except BadSignature:
        return False
    return bool(key) and key == normalise_key(checkpoint)


def browser_of(request: HttpRequest) -> str:
    """Return this browser's random id, or an empty text.

    The id shows that one phone scanned for many people (C9).
    """
    key = request.COOKIES.get(BROWSER_COOKIE, "")
    return key if len(key) <= 16 and is_key(key) else ""


def set_grace(request: HttpRequest, response: HttpResponse, checkpoint: str) -> None:
    """Set the cookie that leaves its owner five minutes to sign in after showing a good code."""
    response.set_signed_cookie(
        GRACE_COOKIE,
        checkpoint,
        salt=GRACE_SALT,
        max_age=GRACE_SECONDS,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def set_browser(request: HttpRequest, response: HttpResponse) -> None:
    """Give this browser a random id of its own."""
    response.set_cookie(
        BROWSER_COOKIE,
        random_key(BROWSER_BITS),
        max_age=BROWSER_SECONDS,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def has_stale_token(request: HttpRequest) -> bool:
    """Return whether Django would refuse this form. The view then returns the form, not a bare error."""
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    check.process_request(request)
    return check.process_view(request, lambda _request: HttpResponse(), (), {}) is not None
