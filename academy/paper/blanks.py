"""Blanks: a certificate laid out once with marks where its fields stand, in parts to be put one below the other.

The parts are the `head` with the page's frame, a `row` of services, and the `foot` (`styles/blank.css` tells which is
which). Kept of each is what WeasyPrint draws besides text, and of texts and codes their places and sizes; `filling`
makes certificates of that. Lengths are pixels of CSS, places are from the page's top left corner.
"""

import re
from collections.abc import Iterable
from dataclasses import fields
from functools import lru_cache
from math import dist
from typing import Any, Final, NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from weasyprint.document import Document
from weasyprint.formatting_structure import boxes

from academy.paper.codes import Level
from academy.paper.fonts import FONTS
from academy.paper.press import printed
from academy.paper.sheets import CertificateSheet, ServiceRow

SHEET_FIELDS: Final = tuple(field.name for field in fields(CertificateSheet) if field.name != "rows")
ROW_FIELDS: Final = tuple(field.name for field in fields(ServiceRow))
_FIELDS: Final = (*SHEET_FIELDS, *(f"row.{field}" for field in ROW_FIELDS))
# Short, so that none is broken between two lines.
_MARKS: Final = {field: f"{{{number}}}" for number, field in enumerate(_FIELDS)}
_MARK: Final = re.compile(r"\{(\d+)\}")
# Text is set like this and not otherwise; `blank.css` hides what is to be set.
_STYLE: Final = {
    "visibility": "hidden",
    "font_kerning": "none",
    "text_decoration_line": "none",
    "text_transform": "none",
}
_BLACK: Final = (0, 0, 0)

Values = dict[str, str]


class DoesNotFit(Exception):
    """The sheet, or the blank itself, is more than can be filled in: it has to be laid out as a whole."""


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


@lru_cache(maxsize=16)
def blank(template: str, style: str, empty: frozenset[str]) -> Blank | None:
    """The blank for sheets without the fields `empty`, or nothing if the template cannot be taken apart into one.

    It can if the parts, put together around one row, are what it is as a whole.
    """
    try:
        head, row, foot, whole = (part(name, template, style, empty) for name in ("head", "row", "foot", "whole"))
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
def part(name: str, template: str, style: str, empty: frozenset[str], row_lines: int = 1) -> Part:
    """The part `name` for sheets without the fields `empty`; a row is `row_lines` lines high.

    Raises `DoesNotFit` if it cannot be drawn in another file.
    """
    marks = _MARKS | dict.fromkeys(empty, "")
    row = {field: marks[f"row.{field}"] for field in ROW_FIELDS}
    # Safe: a mark, which is made of digits.
    row["content"] = mark_safe(row["content"] + "<br>&nbsp;" * (row_lines - 1))
    html = render_to_string(template, {"sheet": {**marks, "rows": [row]}, "blank_part": name})
    parts: list[Part] = []
    printed(html, "sheet.css", style, "blank.css", finisher=lambda *made: parts.append(_taken_from(*made)))
    return parts[0]


def with_values(text: str, values: Values) -> str:
    """`text` of a blank with values for its marks."""
    return _MARK.sub(lambda mark: values[_FIELDS[int(mark[1])]], text)


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
