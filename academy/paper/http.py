"""Responses with a PDF, or with a page of one as a picture."""

from collections.abc import Iterable
from typing import Final, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from academy.core.text import visible
from academy.paper.fonts import missing_characters

R = TypeVar("R", bound=HttpResponseBase)

DOUBLE_SIDED: Final = "double_sided"  # a field of forms that print, and the cookie that remembers it
_REMEMBERED: Final = 365 * 24 * 3600  # seconds


def prints_double_sided(request: HttpRequest) -> bool:
    """Return whether this browser printed on both sides the last time."""
    return request.COOKIES.get(DOUBLE_SIDED) == "1"


def remember_sides(request: HttpRequest, response: R, *, double_sided: bool) -> R:
    """Return the response, which remembers for the next time whether both sides are printed."""
    kept = "1" if double_sided else "0"
    response.set_cookie(DOUBLE_SIDED, kept, _REMEMBERED, secure=request.is_secure(), httponly=True, samesite="Lax")
    return response


def pdf_response(content: bytes, filename: str, *, as_attachment: bool = False) -> HttpResponse:
    """Return a PDF for the browser to show or to save; `filename` may be Chinese (RFC 5987).

    Caches do not keep it: it may hold a person's name or a code that signs in.
    """
    headers = {
        "Content-Disposition": str(content_disposition_header(as_attachment, filename)),
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def warn_of_blanks(request: HttpRequest, people: Iterable[str]) -> None:
    """Send a message that names the people whose names a sheet leaves blank, and the characters at fault."""
    found = [(who, "".join(sorted(missing))) for who in people if (missing := missing_characters(visible(who)))]
    if found:
        named = "、".join(dict.fromkeys(f"{who}（{characters}）" for who, characters in found))
        messages.warning(
            request,
            _("Our fonts cannot print a character of these names. Write them on the blank lines by hand: %(people)s")
            % {"people": named},
        )


def png_response(content: bytes, filename: str) -> HttpResponse:
    """Return a picture for the browser to show; it saves it under `filename`."""
    headers = {
        "Content-Disposition": str(content_disposition_header(False, filename)),
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type="image/png", headers=headers)
