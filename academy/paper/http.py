"""Responses with a PDF, or with a page of one as a picture."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def pdf_response(content: bytes, filename: str, *, as_attachment: bool = False) -> HttpResponse:
    """Return a PDF for the browser to show or to save; `filename` may be Chinese (RFC 5987).

    Caches do not keep it: it may hold a person's name or a code that signs in.
    """
    headers = {
        "Content-Disposition": str(content_disposition_header(as_attachment, filename)),
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def png_response(content: bytes, filename: str) -> HttpResponse:
    """Return a picture for the browser to show; it saves it under `filename`."""
    headers = {
        "Content-Disposition": str(content_disposition_header(False, filename)),
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type="image/png", headers=headers)
