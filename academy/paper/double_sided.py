"""Paper printed on both sides: each person's document begins on the front of a sheet (ADR 176).

A blank page follows each document with an odd number of pages, except the last one. It is added to the finished file:
no page number counts it, and no mark or margin text is drawn on it.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import pydyf
from weasyprint.document import Document

BEGINS: Final = "begins"  # the class of the element with which a document begins, in a sheet that holds several


def needs_blank(lengths: Sequence[int]) -> list[bool]:
    """Return for each document, by its number of pages, whether a blank page follows it."""
    last = len(lengths) - 1
    return [length % 2 == 1 and place < last for place, length in enumerate(lengths)]


def add_blanks(document: Document, pdf: Any) -> None:
    """Add the blank pages to a sheet that holds several documents."""
    starts = _starts(document)
    lengths = [end - start for start, end in pairwise([*starts, len(document.pages)])]
    kids = pdf.pages["Kids"]
    # From the last one on, so that earlier places stay.
    for end, blank in reversed(list(zip([*starts[1:], len(document.pages)], needs_blank(lengths), strict=True))):
        if blank:
            before = pdf.objects[kids[3 * (end - 1)]]  # a reference has three parts
            parts = {"Type": "/Page", "Parent": pdf.pages.reference, "MediaBox": before["MediaBox"]}
            page = pydyf.Dictionary({**parts, "Resources": pydyf.Dictionary()})
            pdf.add_object(page)
            kids[3 * end : 3 * end] = [page.number, 0, "R"]
            pdf.pages["Count"] += 1


def _starts(document: Document) -> list[int]:
    """Return the pages on which documents begin; the first one begins the first of them."""
    seen: set[Any] = set()
    starts = [0]
    for number, page in enumerate(document.pages):
        for box in page._page_box.descendants():
            element = box.element
            if element is None or BEGINS not in (element.get("class") or "").split() or element in seen:
                continue
            seen.add(element)
            if starts[-1] != number:
                starts.append(number)
    return starts
