"""Several PDFs as one."""

from collections.abc import Sequence
from io import BytesIO

import pypdfium2

from academy.paper.double_sided import needs_blank
from academy.paper.pictures import pdfium_lock


def joined(parts: Sequence[bytes], *, double_sided: bool = False) -> bytes:
    """Return the pages of all parts, in order, as one PDF.

    With `double_sided`, each part begins on a front side.
    """
    if len(parts) == 1:
        return parts[0]
    whole = BytesIO()
    with pdfium_lock, pypdfium2.PdfDocument.new() as document:
        lengths = []
        for part in parts:
            with pypdfium2.PdfDocument(part) as pages:
                document.import_pages(pages)
                lengths.append(len(pages))
        blanks = needs_blank(lengths) if double_sided else []
        for place in reversed([place for place, blank in enumerate(blanks) if blank]):
            end = sum(lengths[: place + 1])
            document.new_page(*document[end - 1].get_size(), index=end)
        document.save(whole)
    return whole.getvalue()
