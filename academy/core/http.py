"""Readers of a request's data, and the methods of a page with a form."""

from collections.abc import Iterable
from typing import TypeVar
from urllib.parse import urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

Response = TypeVar("Response", bound=HttpResponseBase)

form_page = require_http_methods(["GET", "HEAD", "POST"])
MOST_DIGITS = 17  # every such number fits into 64 bits in the database


def read_id(text: str | None) -> int | None:
    """Return the id in this text of a form or an address; None if the text is no id."""
    if text and text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS:
        return int(text)
    return None


def read_ids(texts: Iterable[str]) -> list[int]:
    """Return the ids in these texts, and leave out texts that are no ids."""
    return [one for text in texts if (one := read_id(text)) is not None]


def posted_id(request: HttpRequest, name: str) -> int | None:
    """Return the id that a form sent as `name`; None without one."""
    return read_id(request.POST.get(name))


def posted_ids(request: HttpRequest, name: str) -> list[int]:
    """Return all ids that a form sent as `name`, and leave out texts that are no ids."""
    return read_ids(request.POST.getlist(name))


def safe_next(request: HttpRequest) -> str:
    """Return the address in `next` if it is on this site, else an empty text."""
    url = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    # A word without a slash is on this site for a browser, and the name of a page for Django's `redirect`.
    return url if is_ours and "/" in url else ""


def unindexed(response: Response) -> Response:
    """Keep the page out of search engines."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def page_of(request: HttpRequest) -> str:
    """Return the address of the page that this request shows, or of the form that it sends.

    Many forms are sent to an address of their own, which shows no page.
    """
    if request.method != "POST":
        return request.get_full_path()
    came_from = urlsplit(str(request.META.get("HTTP_REFERER", "")))
    if came_from.netloc != request.get_host() or not came_from.path.startswith("/") or came_from.path[:2] == "//":
        return request.get_full_path()
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")
