"""PDFs as answers to a browser."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def pdf_response(content: bytes, filename: str) -> HttpResponse:
    """`content` to be looked at in the browser, printed from there, or saved as `filename` (Chinese is fine: RFC 5987).

    It may hold somebody's name or a code that signs in: no cache keeps it.
    """
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=filename) or "inline"
    response["Cache-Control"] = "no-store"
    return response
