"""Blanks: a fillable sheet laid out once with marks where its fields stand, in parts to be put one below the other.

The parts are the `head` with the page's frame, a `row` of the sheet's table, and the `foot`
(`templates/paper/blank.css` says how a template names them). A blank keeps what WeasyPrint draws besides text, and the
places and sizes of texts and codes; `filling` makes sheets of that. Lengths are pixels of CSS, places are from the
page's top left corner.
"""

import re
from collections.abc import Iterable
from dataclasses import fields
from functools import cache, lru_cache
from math import dist
from typing import Any, Final, NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from weasyprint.document import Document
from weasyprint.formatting_structure import boxes

from academy.paper.codes import Level
from academy.paper.fonts import FONTS
from academy.paper.press import printed
from academy.paper.sheets import FillableSheet

_MARK: Final = re.compile(r"\{\d+\}")
# Text is set like this and not otherwise; `paper/blank.css` hides what is to be set.
_STYLE: Final = {
    "visibility": "hidden",
    "font_kerning": "none",
    "text_decoration_line": "none",
    "text_transform": "none",
}
_BLACK: Final = (0, 0, 0)

Mark = str
Values = dict[Mark, str]


class DoesNotFit(Exception):
    """The sheet, or the blank itself, is more than can be filled in: it has to be laid out as a whole."""


class Marks(NamedTuple):
    """The marks that stand on a blank for the fields of its sheet and of the sheet's rows."""

    sheet: dict[str, Mark]
    row: dict[str, Mark]


class Run(NamedTuple):
    """A piece of a line in one size, with marks where fields stand."""

    text: str
    size: float
    spacing: float


class Cell(NamedTuple):
    """A block of text."""

    left: float
    width: float
    align: str
    lines: list[list[Run]]
    baselines: list[float]
    line_height: float


class Code(NamedTuple):
    """A QR code and the mark of what it says."""

    left: float
    top: float
    side: float
    text: str
    level: Level


class Part(NamedTuple):
    """A part of the blank, alone on its page."""

    picture: list[bytes]  # PDF operators that draw all of it but texts and codes
    letters: frozenset[str]  # that it is written with, in the picture too
    cells: list[Cell]
    margins: list[Cell]  # below the frame
    codes: list[Code]
    rows_top: float  # where its table rows begin and end: there it joins the part above and the part below
    rows_bottom: float
    bottom: float
    page_height: float
    page_bottom: float  # what stands within the frame ends here


class Blank(NamedTuple):
    head: Part
    foot: Part


@cache
def marks_of(sheet: type[FillableSheet]) -> Marks:
    """The mark of each field of such a sheet; `rows` has none."""
    names = [field.name for field in fields(sheet) if field.name != "rows"]
    row_names = [field.name for field in fields(sheet.row_class)]
    # Short, so that none is broken between two lines.
    marks = [f"{{{number}}}" for number in range(len(names) + len(row_names))]
    return Marks(
        dict(zip(names, marks[: len(names)], strict=True)), dict(zip(row_names, marks[len(names) :], strict=True))
    )


@lru_cache(maxsize=16)
def blank(sheet: type[FillableSheet], empty: frozenset[Mark]) -> Blank | None:
    """The blank for such sheets without the fields `empty`, or None if the template cannot be taken apart into one.

    It can if the parts, put together around one row, are what it is as a whole.
    """
    try:
        head, row, foot, whole = (part(sheet, name, empty) for name in ("head", "row", "foot", "whole"))
    except DoesNotFit:
        return None
    row_down = head.rows_bottom - row.rows_top
    foot_down = row.rows_bottom + row_down - foot.rows_top
    places = sorted(_places(head) + _places(row, row_down) + _places(foot, foot_down))
    expected = sorted(_places(whole))
    fits = [text for text, *_ in places] == [text for text, *_ in expected] and all(
        dist(place, expected_place) < 1 for (_, *place), (_, *expected_place) in zip(places, expected, strict=True)
    )
    return Blank(head, foot) if fits and abs(foot.bottom + foot_down - whole.bottom) < 1 else None


def _places(part: Part, down: float = 0) -> list[tuple[str, float, float]]:
    """Where its texts and codes stand when it is moved `down`."""
    blocks = [
        ("".join(run.text for line in cell.lines for run in line), cell.left, cell.baselines[0] + down)
        for cell in part.cells
    ]
    return blocks + [(code.text, code.left, code.top + down) for code in part.codes]


@lru_cache(maxsize=64)
def part(sheet: type[FillableSheet], name: str, empty: frozenset[Mark], row_lines: int = 1) -> Part:
    """The part `name` for such sheets without the fields `empty`; a row is `row_lines` lines high.

    Raises `DoesNotFit` if it cannot be drawn in another file.
    """
    shown, row = ({field: "" if mark in empty else mark for field, mark in marks.items()} for marks in marks_of(sheet))
    # Safe: a mark, which is made of digits.
    row[sheet.row_stretch] = mark_safe(row[sheet.row_stretch] + "<br>&nbsp;" * (row_lines - 1))
    html = render_to_string(sheet.template, {"sheet": {**shown, "rows": [row]}, "blank_part": name})
    parts: list[Part] = []
    printed(
        html, "paper/sheet.css", sheet.style, "paper/blank.css", finisher=lambda *made: parts.append(_taken_from(*made))
    )
    return parts[0]


def with_values(text: str, values: Values) -> str:
    """`text` of a blank with values for its marks."""
    return _MARK.sub(lambda mark: values[mark[0]], text)


def content_of(pdf: Any) -> Any:
    """The stream that draws its first page."""
    return pdf.objects[int(_first_page(pdf)["Contents"].split()[0])]


def _first_page(pdf: Any) -> Any:
    return pdf.objects[pdf.pages["Kids"][0]]


def _taken_from(document: Document, pdf: Any) -> Part:
    """Raises `DoesNotFit` if there is anything that `filling` could not draw."""
    page = document.pages[0]._page_box
    everything = list(page.descendants(placeholders=True))
    body = next(box for box in everything if box.element_tag == "body")
    rows = [box for box in everything if isinstance(box, boxes.TableRowBox)]
    blocks = [box for box in everything if isinstance(box, boxes.BlockContainerBox)]
    margins = _cells(box for box in blocks if isinstance(box, boxes.MarginBox))
    cells = _cells(box for box in blocks if not isinstance(box, boxes.MarginBox))
    written = (run.text for cell in cells + margins for line in cell.lines for run in line)
    drawn = {letter for font in document.fonts.values() for letter in font.to_unicode.values()}
    if not rows or "{" in drawn:
        raise DoesNotFit
    return Part(
        picture=_picture(pdf),
        letters=frozenset(drawn.union(*written)),
        cells=cells,
        margins=margins,
        codes=[_code(box) for box in everything if isinstance(box, boxes.ReplacedBox) and box.element.get("data-code")],
        rows_top=rows[0].position_y,
        rows_bottom=rows[-1].position_y + rows[-1].height,
        bottom=body.position_y + body.margin_height(),
        page_height=page.margin_height(),
        page_bottom=page.content_box_y() + page.height,
    )


def _picture(pdf: Any) -> list[bytes]:
    """Its first page's content. Raises `DoesNotFit` if that is more than opaque lines and letters."""
    resources = pdf.objects[int(_first_page(pdf)["Resources"].split()[0])]
    opaque = all(set(state.values()) == {1} for state in resources["ExtGState"].values())
    if not opaque or resources["XObject"] or resources["Pattern"] or resources["Shading"]:
        raise DoesNotFit
    # "gs" says that it is opaque, by a name that this file alone knows.
    return [operator for operator in content_of(pdf).stream if not operator.endswith(b" gs")]


def _cells(blocks: Iterable[Any]) -> list[Cell]:
    return [cell for cell in map(_cell, blocks) if cell.lines]


def _cell(block: Any) -> Cell:
    lines = [
        [box for box in line.descendants() if isinstance(box, boxes.TextBox)]
        for line in block.children
        if isinstance(line, boxes.LineBox)
    ]
    return Cell(
        left=block.content_box_x(),
        width=block.width,
        align=block.style["text_align_all"],
        lines=[[_run(box) for box in line] for line in lines if "".join(box.text for box in line).strip()],
        baselines=[line[0].position_y + line[0].baseline for line in lines if line],
        line_height=block.children[0].height if lines else 0,
    )


def _run(box: Any) -> Run:
    style = box.style
    black_song = style["color"].coordinates == _BLACK and style["font_family"][0] == FONTS[0].family
    if not black_song or any(style[name] != value for name, value in _STYLE.items()):
        raise DoesNotFit
    spacing = style["letter_spacing"]
    return Run(box.text, style["font_size"], 0 if spacing == "normal" else spacing)


def _code(box: Any) -> Code:
    data = box.element.get
    return Code(box.content_box_x(), box.content_box_y(), box.width, data("data-code"), data("data-level"))
