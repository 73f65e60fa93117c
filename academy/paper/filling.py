"""Fill sheets into a blank, in a fifth of the time of a layout.

WeasyPrint needs most of its time for boxes, and the boxes of a certificate are always the same. This module puts the
parts of its blank one below the other and sets text into their places; the only layout that it does is to break a line
within a table's cell. WeasyPrint only chooses and cuts the fonts. A sheet that needs more (a second page, a name on two
lines) does not fit and is laid out like a sheet without a blank; it looks the same.
"""

import re
import unicodedata
from itertools import groupby
from typing import Any, Final, NamedTuple

from django.template.loader import render_to_string
from weasyprint.document import Document
from weasyprint.text.line_break import get_log_attrs

from academy.paper.blanks import (
    Cell,
    Code,
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
from academy.paper.codes import dark_runs, qr_matrix
from academy.paper.press import Record, html_to_pdf
from academy.paper.sheets import FillableSheet

_POINTS: Final = 0.75  # in a pixel of CSS
_TOLERANCE: Final = 0.01  # of widths, which are sums of fractions


class Letter(NamedTuple):
    """A character as it is printed; lengths in pixels."""

    character: str
    font: str
    glyph: int
    size: float
    spacing: float
    width: float


LetterLine = list[Letter]


def fill_in(sheet: FillableSheet, context: dict[str, Any], record: Record | None = None) -> bytes:
    """Return `sheet` as a PDF; `context` is for its template. Raises `DoesNotFit` and `MissingGlyphs`."""
    filling = _Filling(sheet)
    html = render_to_string(sheet.template, {**context, "letters": "".join(sorted(filling.letters))})
    return html_to_pdf(html, "paper/sheet.css", "paper/letters.css", finisher=filling.write, record=record)


class _Filling:
    """One sheet, from its values to the drawing of its page."""

    def __init__(self, sheet: FillableSheet) -> None:
        self.sheet = type(sheet)
        marks = marks_of(self.sheet)
        self.values = {mark: _text(getattr(sheet, field)) for field, mark in marks.sheet.items()}
        self.rows = [
            self.values | {mark: _text(getattr(row, field)) for field, mark in marks.row.items()} for row in sheet.rows
        ]
        found = build_blank(self.sheet, _empty(self.values))
        if found is None:
            raise DoesNotFit
        self.head, self.foot = found
        texts = {text for values in (self.values, *self.rows) for text in values.values()}
        self.letters = self.head.letters.union(self.foot.letters, *texts)
        self.glyphs: dict[str, tuple[str, int, float]] = {}
        self.page: Any = None

    def write(self, document: Document, pdf: Any) -> None:
        """Draw the sheet in place of the letters that WeasyPrint has drawn."""
        self.glyphs = {
            character: (font.hash, glyph, font.widths[glyph] / 1000)
            for font in document.fonts.values()
            for glyph, character in font.to_unicode.items()
        }
        self.page = content_of(pdf)
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
                self.letter(character, run.size, run.spacing)
                for run in runs
                for character in replace_marks(run.text, values)
            ]
            lines += _break(_trim(line), cell.width)
        return lines

    def letter(self, character: str, size: float, spacing: float) -> Letter:
        if character not in self.glyphs:
            # WeasyPrint draws it together with its neighbours, or not at all.
            raise DoesNotFit
        font, glyph, width = self.glyphs[character]
        return Letter(character, font, glyph, size, spacing, width * size + spacing)

    def draw(self, part: Part, texts: list[list[LetterLine]], values: Values, down: float) -> None:
        with self.page.stacked():
            self.page.transform(f=-down * _POINTS)
            self.page.stream += part.picture
        with self.page.stacked():
            # From here on, lengths are pixels and y grows downwards.
            self.page.transform(a=_POINTS, d=-_POINTS, f=(part.page_height - down) * _POINTS)
            for cell, lines in zip(part.cells, texts, strict=True):
                for line, baseline in zip(lines, _baselines(cell, len(lines)), strict=True):
                    self.draw_line(line, _left(cell, line), baseline)
            for code in part.codes:
                self.draw_code(code, values)

    def draw_line(self, line: LetterLine, left: float, baseline: float) -> None:
        self.page.begin_text()
        self.page.set_text_matrix(1, 0, 0, -1, left, baseline)
        for (font, size, spacing), letters in groupby(line, lambda letter: (letter.font, letter.size, letter.spacing)):
            self.page.set_font_size(font, size)
            self.page.stream.append(f"{spacing:f} Tc")
            self.page.show_text("<" + "".join(f"{letter.glyph:04x}" for letter in letters) + ">")
        self.page.end_text()

    def draw_code(self, code: Code, values: Values) -> None:
        matrix = qr_matrix(replace_marks(code.text, values), code.level)
        module = code.side / len(matrix)
        with self.page.stacked():
            self.page.transform(module, 0, 0, module, code.left, code.top)
            for x, y, length in dark_runs(matrix):
                self.page.rectangle(x, y, length, 1)
            self.page.fill()


def _empty(values: Values) -> frozenset[Mark]:
    return frozenset(mark for mark, value in values.items() if not value)


def _text(value: str) -> str:
    """Return `value` with its spaces as HTML shows them."""
    if any(unicodedata.category(character) == "Cf" for character in value):
        # Invisible characters change the letters around them.
        raise DoesNotFit
    return re.sub(r"[ \t\n\f\r]+", " ", value).strip(" ")


def _trim(line: LetterLine) -> LetterLine:
    """Return `line` without spaces at its ends."""
    kept = [place for place, letter in enumerate(line) if letter.character != " "]
    return line[kept[0] : kept[-1] + 1] if kept else []


def _width(line: LetterLine) -> float:
    return sum(letter.width for letter in line)


def _break(line: LetterLine, width: float) -> list[LetterLine]:
    """Break `line` into full lines of at most `width`. Raises `DoesNotFit` for a longer word."""
    limit = width + _TOLERANCE
    if _width(line) <= limit:
        return [line]
    marks = get_log_attrs("".join(letter.character for letter in line), "zh-Hans")
    ends = [place for place in range(1, len(line)) if marks[place].is_line_break]
    lines, start, last = [], 0, 0
    for end in [*ends, len(line)]:
        if _width(_trim(line[start:end])) > limit:
            lines.append(_trim(line[start:last]))
            start = last
            if _width(_trim(line[start:end])) > limit:
                raise DoesNotFit
        last = end
    return [*lines, _trim(line[start:])]


def _left(cell: Cell, line: LetterLine) -> float:
    spare = cell.width - _width(line)
    return cell.left + {"center": spare / 2, "right": spare, "end": spare}.get(cell.align, 0)


def _baselines(cell: Cell, count: int) -> list[float]:
    """Return the baselines of `count` lines in `cell`: its own, or as many around the same middle."""
    if count == len(cell.baselines):
        return cell.baselines
    first = (cell.baselines[0] + cell.baselines[-1] - (count - 1) * cell.line_height) / 2
    return [first + number * cell.line_height for number in range(count)]
