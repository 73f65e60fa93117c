"""Fill sheets into a blank, in a fifth of the time of a layout.

WeasyPrint needs most of its time for boxes, and the boxes of a certificate are always the same. This module puts the
parts of its blank one below the other and sets text into their places; the only layout that it does is to break a line
within a table's cell. WeasyPrint only chooses and cuts the fonts. A sheet that needs more (a second page, a name on two
lines) does not fit and is laid out like a sheet without a blank; it looks the same.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import pydyf
from django.template.loader import render_to_string
from weasyprint.document import Document

from academy.paper.blanks import (
    Cell,
    DoesNotFit,
    Mark,
    Part,
    Values,
    build_blank,
    build_part,
    content_of,
    marks_of,
    replace_marks,
)
from academy.paper.press import Record, html_to_pdf
from academy.paper.setting import (
    POINTS,
    Glyphs,
    LetterLine,
    Pen,
    baselines_of,
    break_line,
    glyphs_of,
    left_of,
    plain_text,
    trim,
)
from academy.paper.sheets import FillableSheet

Finisher = Callable[[Document, Any], None]


def fill_in(sheet: FillableSheet, context: dict[str, Any], record: Record | None = None) -> bytes:
    """Return `sheet` as a PDF; `context` is for its template. Raises `DoesNotFit` and `MissingGlyphs`."""
    filling = _Filling(sheet)
    return _written([filling], context, filling.write, record)


def fill_many(sheets: Sequence[FillableSheet], context: dict[str, Any]) -> tuple[bytes, list[int]]:
    """Return those of these sheets of one class that fit, as one PDF, whose fonts are chosen and cut once.

    The list has their places among the sheets, one for each page. Raises `MissingGlyphs`.
    """
    fillings: dict[int, _Filling] = {}
    for place, sheet in enumerate(sheets):
        with suppress(DoesNotFit):
            fillings[place] = _Filling(sheet)
    drawings: dict[int, list[Any]] = {}

    def write(document: Document, pdf: Any) -> None:
        first, glyphs = content_of(pdf), glyphs_of(document)
        for place, filling in fillings.items():
            with suppress(DoesNotFit):
                filling.draw_on(first, glyphs)
                drawings[place] = list(first.stream)
        pages = [pydyf.Stream(drawing, compress=first.compress) for drawing in drawings.values()]
        first.stream[:] = pages[0].stream if pages else []
        for page in pages[1:]:
            _add_page(pdf, page)

    content = _written(list(fillings.values()), context, write, None) if fillings else b""
    return content, list(drawings)


def _written(
    fillings: Sequence["_Filling"], context: dict[str, Any], finisher: Finisher, record: Record | None
) -> bytes:
    """Return a PDF with the letters of these sheets, as `finisher` changes it."""
    letters = frozenset().union(*(filling.letters for filling in fillings))
    html = render_to_string(context["sheet"].template, {**context, "letters": "".join(sorted(letters))})
    return html_to_pdf(html, "paper/sheet.css", "paper/letters.css", finisher=finisher, record=record)


def _add_page(pdf: Any, content: pydyf.Stream) -> None:
    """Add a page like the first one, with this content."""
    pdf.add_object(content)
    pdf.add_page(pydyf.Dictionary({**pdf.objects[pdf.pages["Kids"][0]], "Contents": content.reference}))


class _Filling:
    """One sheet, from its values to the drawing of its page."""

    def __init__(self, sheet: FillableSheet) -> None:
        self.sheet = type(sheet)
        marks = marks_of(self.sheet)
        self.values = {mark: plain_text(getattr(sheet, field)) for field, mark in marks.sheet.items()}
        self.rows = [
            self.values | {mark: plain_text(getattr(row, field)) for field, mark in marks.row.items()}
            for row in sheet.rows
        ]
        found = build_blank(self.sheet, _empty(self.values))
        if found is None:
            raise DoesNotFit
        self.head, self.foot = found
        texts = {text for values in (self.values, *self.rows) for text in values.values()}
        self.letters = self.head.letters.union(self.foot.letters, *texts)
        self.page: Any = None
        self.pen: Pen

    def write(self, document: Document, pdf: Any) -> None:
        """Draw the sheet in place of the letters that WeasyPrint has drawn."""
        self.draw_on(content_of(pdf), glyphs_of(document))

    def draw_on(self, page: Any, glyphs: Glyphs) -> None:
        """Draw the sheet on `page` alone. Raises `DoesNotFit`."""
        self.page, self.pen = page, Pen(page, glyphs)
        self.page.stream.clear()

        self.put(self.head, self.values, 0)
        bottom = self.head.rows_bottom
        for values in self.rows:
            bottom = self.put_row(values, bottom)
        down = bottom - self.foot.rows_top
        if self.foot.bottom + down > self.head.page_bottom:
            raise DoesNotFit
        self.put(self.foot, self.values, down)
        self.put(self.head._replace(picture=[], cells=self.head.margins), self.values, 0)

    def put(self, part: Part, values: Values, down: float) -> None:
        """Draw `part`, moved `down`, with its texts on as many lines as on the blank."""
        texts = [self.lines_of(cell, values) for cell in part.cells]
        if any(len(lines) != len(cell.baselines) for lines, cell in zip(texts, part.cells, strict=True)):
            raise DoesNotFit
        self.draw(part, texts, values, down)

    def put_row(self, values: Values, top: float) -> float:
        """Draw a row below `top`, as high as its texts need, and return its lower end."""
        row = self.row(values)
        texts = [self.lines_of(cell, values) for cell in row.cells]
        row = self.row(values, lines=max(map(len, texts)))
        self.draw(row, texts, values, top - row.rows_top)
        return top + row.rows_bottom - row.rows_top

    def row(self, values: Values, lines: int = 1) -> Part:
        return build_part(self.sheet, "row", _empty(values), lines)

    def lines_of(self, cell: Cell, values: Values) -> list[LetterLine]:
        lines = []
        for runs in cell.lines:
            line = [
                self.pen.letter(character, run.size, run.spacing)
                for run in runs
                for character in replace_marks(run.text, values)
            ]
            lines += break_line(trim(line), cell.width)
        return lines

    def draw(self, part: Part, texts: list[list[LetterLine]], values: Values, down: float) -> None:
        with self.page.stacked():
            self.page.transform(f=-down * POINTS)
            self.page.stream += part.picture
        with self.page.stacked():
            # From here on, lengths are pixels and y grows downwards.
            self.page.transform(a=POINTS, d=-POINTS, f=(part.page_height - down) * POINTS)
            for cell, lines in zip(part.cells, texts, strict=True):
                for line, baseline in zip(lines, baselines_of(cell, len(lines)), strict=True):
                    self.pen.draw_line(line, left_of(cell, line), baseline)
            for code in part.codes:
                text = replace_marks(code.text, values)
                self.pen.draw_code(text, code.level, side=code.side, left=code.left, top=code.top)


def _empty(values: Values) -> frozenset[Mark]:
    return frozenset(mark for mark, value in values.items() if not value)
