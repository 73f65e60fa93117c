"""Blanks: fillable sheets, laid out once in parts, with marks in place of the fields.

The parts are put one below the other: the `head` with the page's frame, a `row` of the sheet's table, and the `foot`
(`templates/paper/blank.css` explains how a template names them). A blank keeps WeasyPrint's drawing without its texts,
and the places and sizes of texts and codes; `filling` makes sheets of it. Lengths are pixels of CSS, places are
measured from the page's top left corner.
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
from academy.paper.press import html_to_pdf
from academy.paper.sheets import FillableSheet

_MARK: Final = re.compile(r"\{\d+\}")
# `filling` sets text only in this style; `paper/blank.css` hides the text of a blank.
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
    """A sheet that does not fit a blank, or a template without one: lay the sheet out as a whole."""


class Marks(NamedTuple):
    """The marks on a blank, by the fields of its sheet and of the sheet's rows."""

    sheet: dict[str, Mark]
    row: dict[str, Mark]


class Run(NamedTuple):
    """A piece of a line in one size, with marks in place of fields."""

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
    """A QR code, with the mark of its text."""

    left: float
    top: float
    side: float
    text: str
    level: Level


class Part(NamedTuple):
    """A part of the blank, alone on its page."""

    picture: list[bytes]  # PDF operators that draw everything except texts and codes
    letters: frozenset[str]  # of its texts, those in the picture too
    cells: list[Cell]
    margins: list[Cell]  # below the frame
    codes: list[Code]
    rows_top: float  # begin and end of its table rows, where it joins the parts above and below
    rows_bottom: float
    bottom: float
    page_height: float
    page_bottom: float  # end of the content within the frame


class Blank(NamedTuple):
    head: Part
    foot: Part


@cache
def marks_of(sheet: type[FillableSheet]) -> Marks:
    """Return the mark of each field of such a sheet, except `rows`."""
    names = [field.name for field in fields(sheet) if field.name != "rows"]
    row_names = [field.name for field in fields(sheet.row_class)]
    # Marks are short, so that no mark is broken between two lines.
    marks = [f"{{{number}}}" for number in range(len(names) + len(row_names))]
    return Marks(
        dict(zip(names, marks[: len(names)], strict=True)), dict(zip(row_names, marks[len(names) :], strict=True))
    )


@lru_cache(maxsize=16)
def build_blank(sheet: type[FillableSheet], empty: frozenset[Mark]) -> Blank | None:
    """Return the blank for such sheets without the fields `empty`, or None if the template has no blank.

    A template has one if its parts, put together around one row, look like the whole sheet.
    """
    try:
        head, row, foot, whole = (build_part(sheet, name, empty) for name in ("head", "row", "foot", "whole"))
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
    """Return texts and codes with their places, after the part was moved `down`."""
    blocks = [
        ("".join(run.text for line in cell.lines for run in line), cell.left, cell.baselines[0] + down)
        for cell in part.cells
    ]
    return blocks + [(code.text, code.left, code.top + down) for code in part.codes]


@lru_cache(maxsize=64)
def build_part(sheet: type[FillableSheet], name: str, empty: frozenset[Mark], row_lines: int = 1) -> Part:
    """Lay out the part `name` for such sheets without the fields `empty`; a row has `row_lines` lines.

    Raises `DoesNotFit` if the part cannot be drawn in another file.
    """
    shown, row = ({field: "" if mark in empty else mark for field, mark in marks.items()} for marks in marks_of(sheet))
    # Safe: a mark has only digits.
    row[sheet.row_stretch] = mark_safe(row[sheet.row_stretch] + "<br>&nbsp;" * (row_lines - 1))
    html = render_to_string(sheet.template, {"sheet": {**shown, "rows": [row]}, "blank_part": name})
    parts: list[Part] = []
    html_to_pdf(
        html, "paper/sheet.css", sheet.style, "paper/blank.css", finisher=lambda *made: parts.append(_read_part(*made))
    )
    return parts[0]


def replace_marks(text: str, values: Values) -> str:
    """Return a `text` of a blank with values in place of its marks."""
    return _MARK.sub(lambda mark: values[mark[0]], text)


def content_of(pdf: Any, *, page: int = 0) -> Any:
    """Return the stream that draws the page, the first one by default."""
    return pdf.objects[int(_page(pdf, page)["Contents"].split()[0])]


def _page(pdf: Any, page: int = 0) -> Any:
    return pdf.objects[pdf.pages["Kids"][3 * page]]  # a reference has three parts


def _read_part(document: Document, pdf: Any) -> Part:
    """Read the part from its laid out page. Raises `DoesNotFit` for elements that `filling` cannot draw."""
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
        codes=[
            code_of(box) for box in everything if isinstance(box, boxes.ReplacedBox) and box.element.get("data-code")
        ],
        rows_top=rows[0].position_y,
        rows_bottom=rows[-1].position_y + rows[-1].height,
        bottom=body.position_y + body.margin_height(),
        page_height=page.margin_height(),
        page_bottom=page.content_box_y() + page.height,
    )


def _picture(pdf: Any) -> list[bytes]:
    """Return the first page's operators. Raises `DoesNotFit` for more than opaque lines and letters."""
    resources = pdf.objects[int(_page(pdf)["Resources"].split()[0])]
    opaque = all(set(state.values()) == {1} for state in resources["ExtGState"].values())
    if not opaque or resources["XObject"] or resources["Pattern"] or resources["Shading"]:
        raise DoesNotFit
    # "gs" sets the opacity, by a name that exists only in this file.
    return [operator for operator in content_of(pdf).stream if not operator.endswith(b" gs")]


def _cells(blocks: Iterable[Any]) -> list[Cell]:
    return [cell for cell in map(cell_of, blocks) if cell.lines]


def cell_of(block: Any) -> Cell:
    """Return a block of text. Raises `DoesNotFit` for one in another style than that of `setting`."""
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


def code_of(box: Any) -> Code:
    """Return the code that stands in this box."""
    data = box.element.get
    return Code(box.content_box_x(), box.content_box_y(), box.width, data("data-code"), data("data-level"))
