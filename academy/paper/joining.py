"""Several PDFs as one."""

from collections.abc import Sequence
from io import BytesIO

import pypdfium2

from academy.paper.pictures import pdfium_lock


def joined(parts: Sequence[bytes]) -> bytes:
    """Return the pages of all parts, in order, as one PDF."""
    if len(parts) == 1:
        return parts[0]
    whole = BytesIO()
    with pdfium_lock, pypdfium2.PdfDocument.new() as document:
        for part in parts:
            with pypdfium2.PdfDocument(part) as pages:
                document.import_pages(pages)
        document.save(whole)
    return whole.getvalue()
