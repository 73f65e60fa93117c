"""Responses with a PDF, or with a page of one as a picture."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from academy.core.text import visible
from academy.paper.fonts import missing_characters


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
