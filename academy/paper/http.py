"""PDFs as answers to a browser."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def pdf_response(content: bytes, filename: str, *, as_attachment: bool = False) -> HttpResponse:
    """Return a PDF that the browser shows, or saves as an attachment; `filename` may be Chinese (RFC 5987).

    No cache keeps it: it may hold a person's name or a code that signs in.
    """
    headers = {
        "Content-Disposition": str(content_disposition_header(as_attachment, filename)),
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)
