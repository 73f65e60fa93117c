"""Pages of a PDF as pictures, for phones that open no PDF."""

from io import BytesIO
from threading import Lock
from typing import Final

import pypdfium2

DOTS_PER_INCH: Final = 150  # a code on the picture still scans from another screen

# pdfium serves one thread at a time.
pdfium_lock = Lock()


def page_count(pdf: bytes) -> int:
    """Return the number of pages of a PDF."""
    with pdfium_lock, pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def page_png(pdf: bytes, page: int, *, width: int | None = None) -> bytes:
    """Return a page of the PDF, counted from 1, as PNG in grey: 1,241 × 1,754 dots for A4.

    With `width` it has its colours and so many dots in a line.
    """
    with pdfium_lock, pypdfium2.PdfDocument(pdf) as document:
        sheet = document[page - 1]
        scale = width / sheet.get_width() if width else DOTS_PER_INCH / 72
        picture = sheet.render(scale=scale, grayscale=width is None).to_pil()
    data = BytesIO()
    picture.save(data, "PNG", optimize=True, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return data.getvalue()
