"""Set text and codes on a page of a PDF by hand, with fonts that WeasyPrint has chosen.

Lengths are pixels of CSS, and y grows downwards. Text is not kerned.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

from weasyprint.document import Document
from weasyprint.text.line_break import get_log_attrs

from academy.paper.blanks import Cell, DoesNotFit
from academy.paper.codes import Level, dark_runs, qr_matrix
from academy.paper.fonts import is_shaped

POINTS: Final = 0.75  # in a pixel of CSS
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
Glyphs = dict[str, tuple[str, int, float]]  # font, glyph and width in the font's size, by character


def glyphs_of(document: Document) -> Glyphs:
    """Return font, glyph and width of each character in the document."""
    return {
        character: (font.hash, glyph, font.widths[glyph] / 1000)
        for font in document.fonts.values()
        for glyph, character in font.to_unicode.items()
    }


def families_of(document: Document) -> Callable[[str], str]:
    """Return the function that names the family of a font in the document."""
    return {font.hash: font.family for font in document.fonts.values()}.__getitem__


class Pen:
    """Sets text and codes on one page."""

    def __init__(self, page: Any, glyphs: Glyphs) -> None:
        self.page, self.glyphs = page, glyphs

    def letter(self, character: str, size: float, spacing: float) -> Letter:
        """Return the letter. Raises `DoesNotFit` for one that WeasyPrint draws with others, or not at all."""
        if character not in self.glyphs:
            raise DoesNotFit
        font, glyph, width = self.glyphs[character]
        return Letter(character, font, glyph, size, spacing, width * size + spacing)

    def draw_line(self, line: LetterLine, left: float, baseline: float) -> None:
        self.page.begin_text()
        self.page.set_text_matrix(1, 0, 0, -1, left, baseline)
        for (font, size, spacing), letters in groupby(line, lambda letter: (letter.font, letter.size, letter.spacing)):
            self.page.set_font_size(font, size)
            self.page.stream.append(f"{spacing:f} Tc")
            self.page.show_text("<" + "".join(f"{letter.glyph:04x}" for letter in letters) + ">")
        self.page.end_text()

    def draw_rule(self, left: float, top: float, right: float, bottom: float, thickness: float) -> None:
        """Draw a black line."""
        self.page.set_line_width(thickness)
        self.page.move_to(left, top)
        self.page.line_to(right, bottom)
        self.page.stroke()

    def draw_code(self, text: str, level: Level, *, side: float, left: float, top: float) -> None:
        matrix = qr_matrix(text, level)
        module = side / len(matrix)
        with self.page.stacked():
            self.page.transform(module, 0, 0, module, left, top)
            for x, y, length in dark_runs(matrix):
                self.page.rectangle(x, y, length, 1)
            self.page.fill()


def plain_text(value: str) -> str:
    """Return `value` with its spaces as HTML shows them. Raises `DoesNotFit` for text that needs a layout."""
    if is_shaped(value) or any(unicodedata.category(character) == "Cf" for character in value):
        # Invisible characters change the letters around them.
        raise DoesNotFit
    return re.sub(r"[ \t\n\f\r]+", " ", value).strip(" ")


def trim(line: LetterLine) -> LetterLine:
    """Return `line` without spaces at its ends."""
    kept = [place for place, letter in enumerate(line) if letter.character != " "]
    return line[kept[0] : kept[-1] + 1] if kept else []


def width_of(line: LetterLine) -> float:
    return sum(letter.width for letter in line)


def break_line(line: LetterLine, width: float, *, indent: float = 0, whole: Collection[int] = ()) -> list[LetterLine]:
    """Break `line` into full lines of at most `width`, the first one indented.

    Raises `DoesNotFit` for a longer word. No line ends before the letters at the places `whole`.
    """
    limit = width - indent + _TOLERANCE
    if width_of(line) <= limit:
        return [line]
    marks = get_log_attrs("".join(letter.character for letter in line), "zh-Hans")
    ends = [place for place in range(1, len(line)) if marks[place].is_line_break and place not in whole]
    lines: list[LetterLine] = []
    start, last = 0, 0
    for end in [*ends, len(line)]:
        if width_of(trim(line[start:end])) > limit:
            lines.append(trim(line[start:last]))
            start, limit = last, width + _TOLERANCE
            if width_of(trim(line[start:end])) > limit:
                raise DoesNotFit
        last = end
    return [*lines, trim(line[start:])]


def left_of(cell: Cell, line: LetterLine) -> float:
    spare = cell.width - width_of(line)
    return cell.left + {"center": spare / 2, "right": spare, "end": spare}.get(cell.align, 0)


def baselines_of(cell: Cell, count: int) -> Sequence[float]:
    """Return the baselines of `count` lines in `cell`: its own, or as many around the same middle."""
    if count == len(cell.baselines):
        return cell.baselines
    first = (cell.baselines[0] + cell.baselines[-1] - (count - 1) * cell.line_height) / 2
    return [first + number * cell.line_height for number in range(count)]
