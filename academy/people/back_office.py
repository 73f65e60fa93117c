"""The way back to the back office on the pages of the site that staff open from it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from academy.people.models import User
from academy.people.permissions import Right

COOKIE = "office"  # the page of the back office that this browser left last
LONGEST = 300  # characters; a list with many filters is left out


class BackOfficeMiddleware:
    """Keep in a cookie which page of the back office led to a page of the site."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        came_from = _came_from(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if came_from and is_page and request.COOKIES.get(COOKIE) != came_from:
            response.set_cookie(COOKIE, came_from, secure=request.is_secure(), httponly=True, samesite="Lax")
        return response


def back_office(request: HttpRequest) -> dict[str, Any]:
    """Return as `office` a function for `base.html`: the address to go back to, empty for all but staff."""
    return {"office": lambda: _way_back(request)}


def _way_back(request: HttpRequest) -> str:
    """Return the page of the back office that the user came from, else its first page.

    A login costs statements: it is read only where the view has done so, or in a browser that came from there.
    """
    left = _came_from(request) or request.COOKIES.get(COOKIE, "")
    session = getattr(request, "session", None)  # missing on a page that fails before its session is read
    if session is None or not (left or session.accessed):
        return ""
    user = request.user
    if not isinstance(user, User) or not user.is_staff or Right.OPEN_ADMIN not in user.rights:
        return ""
    return left if _is_inside(left) else reverse("wagtailadmin_home")


def _came_from(request: HttpRequest) -> str:
    """Return the page of the back office whose link led here, with its filters; empty on its own pages."""
    referer = request.META.get("HTTP_REFERER", "")
    if reverse("wagtailadmin_home") not in referer:
        return ""
    try:
        address, host = urlsplit(referer), request.get_host()
    except (ValueError, DisallowedHost):
        return ""
    if address.netloc != host or _is_inside(request.path_info):
        return ""
    left = address.path + (f"?{address.query}" if address.query else "")
    return left if _is_inside(left) and len(left) <= LONGEST else ""


def _is_inside(path: str) -> bool:
    home = reverse("wagtailadmin_home")
    return path.startswith(home) and not path.startswith((f"{home}login/", f"{home}logout/"))
