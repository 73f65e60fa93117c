"""Browsers in which a login was signed in before.

Failures elsewhere do not slow them down (ADR 39).
"""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse

from academy.core.keys import random_key
from academy.people.backends import find_logins
from academy.people.models import User

COOKIE = "known"
SALT = "academy.people.known_browser"
SECONDS = 400 * 24 * 60 * 60  # browsers keep no cookie longer
MOST = 20  # logins; a shared computer at the desk forgets the earliest
BITS = 64


def key_of(request: HttpRequest, *, name: str) -> str:
    """Return this browser's random key if all logins of this name were signed in here, else an empty text.

    All: who shares a phone with somebody must not get a new count for each browser to guess the other's password.
    """
    known = _read(request)
    logins = set(find_logins(name).values_list("pk", flat=True)) if known else set()
    return known["key"] if known and logins and logins <= set(known["logins"]) else ""


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Note in this browser that `user` signed in here."""
    known = _read(request) or {"key": random_key(BITS), "logins": []}
    logins = [*(pk for pk in known["logins"] if pk != user.pk), user.pk][-MOST:]
    response.set_cookie(
        COOKIE,
        signing.dumps({"key": known["key"], "logins": logins}, salt=SALT),
        max_age=SECONDS,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> dict[str, Any] | None:
    try:
        known: dict[str, Any] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    return known
