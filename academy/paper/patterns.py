"""Sheets of one pattern: pages that differ in few texts, laid out once and drawn for each (ADR 154).

WeasyPrint lays out one page of the pattern, with its varying texts hidden, and a second one with all letters, so that
the fonts are cut once. Each sheet is the drawing of the first page, with its own lines set into the hidden places and
its paragraphs set one below the other. A template gives the class `varies` to the elements of these texts, and `flow`
to the element of the paragraphs; on a pattern it has two paragraphs of one line: plain text, and text beside a name. A
sheet whose paragraphs need more room than that element has does not fit. A table stands between paragraphs, or after
them; then what is below the element moves with its end (`pattern_tables`).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any, ClassVar, NamedTuple, Protocol, runtime_checkable

import pydyf
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from weasyprint.document import Document
from weasyprint.formatting_structure import boxes

from academy.paper.blanks import Cell, Code, DoesNotFit, Run, Values, cell_of, code_of, content_of, replace_marks
from academy.paper.fonts import FONTS
from academy.paper.pattern_tables import TableDrawer, TableMeasure, measure_table, table_among
from academy.paper.press import html_to_pdf
from academy.paper.setting import (
    POINTS,
    LetterLine,
    Pen,
    break_line,
    families_of,
    glyphs_of,
    left_of,
    plain_text,
    trim,
)
from academy.paper.sheets import Sheet


class Part(Protocol):
    """A part of a paragraph. A name is in larger type; a whole is not broken between two lines."""

    text: str

    @property
    def is_name(self) -> bool: ...

    @property
    def is_whole(self) -> bool: ...


class Paragraph(Protocol):
    """A paragraph of a sheet, indented or flush."""

    is_flush: bool
    is_table: bool  # the place of the table

    @property
    def pieces(self) -> Sequence[Part]: ...


@runtime_checkable
class PatternSheet(Sheet, Protocol):
    """A sheet of a pattern: it differs from the others in the texts `varying` and in its paragraphs."""

    varying: ClassVar[tuple[str, ...]]

    @property
    def paragraphs(self) -> Sequence[Paragraph]: ...

    @property
    def table(self) -> Sequence[Sequence[str]]:
        """The texts of the table's rows; the last one is the sum. Empty without a table."""

    @property
    def pattern(self) -> Any:
        """The likeness of all sheets of the pattern; None for a sheet that is laid out by itself."""

    def with_texts(self, texts: dict[str, str]) -> "PatternSheet":
        """Return the sheet with other varying texts, and one line in its table."""


class _Measure(NamedTuple):
    """A run of text as it is set, and the line that it makes."""

    run: Run
    height: float
    baseline: float  # from the line's top


class _Foot(NamedTuple):
    """All that is below a table, drawn on a page of its own."""

    picture: list[Any]
    cells: list[Cell]
    codes: list[Code]
    top: float
    gap: float  # between the paragraphs and its top
    height: float


class _Pattern(NamedTuple):
    picture: list[Any]  # PDF operators that draw all that does not vary
    cells: list[Cell]
    codes: list[Code]
    left: float  # of the paragraphs
    width: float
    top: float
    bottom: float
    least: float  # the lower end of the shortest one
    indent: float
    plain: _Measure
    name: _Measure
    table: TableMeasure | None
    foot: _Foot | None  # if it moves
    page_height: float
    page_bottom: float


def fill_pattern(sheets: Sequence[PatternSheet], context: dict[str, Any]) -> tuple[bytes, list[int]]:
    """Return those of these sheets of one pattern that fit, as one PDF.

    The list has their places among the sheets, one for each page. Raises `MissingGlyphs`.
    """
    marks = _marks(sheets[0])
    values: dict[int, Values] = {}
    for place, sheet in enumerate(sheets):
        with suppress(DoesNotFit):
            values[place] = {mark: plain_text(getattr(sheet, name)) for name, mark in marks.items()}
    drawings: dict[int, list[Any]] = {}

    def finish(document: Document, pdf: Any) -> None:
        page = content_of(pdf)
        pattern = _read(document, pdf)
        pen = Pen(page, glyphs_of(document))
        drawer = _Drawer(pattern, pen, families_of(document))
        for place, own in values.items():
            with suppress(DoesNotFit):
                drawer.draw(sheets[place], own)
                drawings[place] = list(page.stream)
        _replace_pages(pdf, page, list(drawings.values()))

    shown = sheets[0].with_texts(marks)
    given = {**context, "sheet": shown, "blank_part": "pattern"}
    # Those of the template as well: the words beside a varying text are set by hand.
    texts = [strip_tags(render_to_string(shown.template, given))]
    texts += chain(chain.from_iterable(map(_words, sheets)), *(own.values() for own in values.values()))
    letters = set("".join(texts))
    html = render_to_string(shown.template, {**given, "letters": "".join(sorted(letters))})
    try:
        content = html_to_pdf(html, "paper/sheet.css", shown.style, "paper/pattern.css", finisher=finish)
    except DoesNotFit:
        return b"", []
    return content, list(drawings)


def _marks(sheet: PatternSheet) -> dict[str, str]:
    """Return a mark for each varying text that the sheet has."""
    names = [name for name in sheet.varying if getattr(sheet, name)]
    return {name: f"{{{number}}}" for number, name in enumerate(names)}


def _words(sheet: PatternSheet) -> Iterator[str]:
    yield from (piece.text for paragraph in sheet.paragraphs for piece in paragraph.pieces)
    yield from chain.from_iterable(sheet.table)


def _replace_pages(pdf: Any, page: Any, drawings: Sequence[list[Any]]) -> None:
    """Make a page like the first one of each drawing, and leave out the others."""
    first = pdf.objects[pdf.pages["Kids"][0]]
    del pdf.pages["Kids"][3:]  # a reference has three parts
    pdf.pages["Count"] = 1
    page.stream[:] = drawings[0] if drawings else []
    for drawing in drawings[1:]:
        content = pydyf.Stream(drawing, compress=page.compress)
        pdf.add_object(content)
        pdf.add_page(pydyf.Dictionary({**first, "Contents": content.reference}))


def _read(document: Document, pdf: Any) -> _Pattern:
    """Read the pattern from its laid out pages. Raises `DoesNotFit` if it goes on to another one."""
    page, *others = (page._page_box for page in document.pages)
    everything = list(page.descendants(placeholders=True))
    (flow,) = (box for box in everything if isinstance(box, boxes.BlockBox) and _has(box, "flow"))
    table = _measure_table(flow)
    if len(others) != (2 if table else 1):
        raise DoesNotFit
    plain, name = (_measure(paragraph) for paragraph in flow.children[:2])
    cells, codes = _varying(everything)
    bottom = flow.content_box_y() + flow.height
    foot = _read_foot(page, others[0], bottom, content_of(pdf, page=1)) if table else None
    return _Pattern(
        picture=list(content_of(pdf).stream),
        cells=[cell for cell in cells if foot is None or cell.baselines[0] < bottom],
        codes=[code for code in codes if foot is None or code.top < bottom],
        left=flow.content_box_x(),
        width=flow.width,
        top=flow.content_box_y(),
        bottom=bottom,
        least=flow.content_box_y() + flow.min_height,
        indent=flow.children[0].children[0].children[0].position_x - flow.content_box_x(),
        plain=plain,
        name=name,
        table=table,
        foot=foot,
        page_height=page.margin_height(),
        page_bottom=page.content_box_y() + page.height,
    )


def _varying(everything: Sequence[Any]) -> tuple[list[Cell], list[Code]]:
    """Return the places of varying texts and codes among these boxes."""
    varying = [box for box in everything if isinstance(box, boxes.BlockContainerBox) and _has(box, "varies")]
    codes = [code_of(box) for box in everything if isinstance(box, boxes.ReplacedBox) and _data(box, "data-code")]
    return [cell for cell in map(cell_of, varying) if cell.lines], codes


def _read_foot(page: Any, alone: Any, bottom: float, content: Any) -> _Foot:
    """Read the foot from the page where it is `alone`; `bottom` ends the paragraphs on the `page`."""
    everything = list(alone.descendants(placeholders=True))
    there, here = (
        next(box for box in some if isinstance(box, boxes.BlockBox) and _has(box, "closing"))
        for some in (page.descendants(), everything)
    )
    return _Foot(
        list(content.stream),
        *_varying(everything),
        top=here.border_box_y(),
        gap=there.border_box_y() - bottom,
        height=here.border_height(),
    )


def _measure_table(flow: Any) -> TableMeasure | None:
    place = table_among(flow.children)
    if place is None:
        return None
    before, wrapper, *after = flow.children[place - 1 :]
    end = after[0].border_box_y() if after else flow.content_box_y() + flow.height
    return measure_table(wrapper.children[0], above=before.border_box_y() + before.border_height(), below=end)


def _has(box: Any, name: str) -> bool:
    return box.element is not None and name in (box.element.get("class") or "").split()


def _data(box: Any, name: str) -> str:
    found: str = box.element.get(name) or ""
    return found


def _measure(paragraph: Any) -> _Measure:
    """Return the measure of the last run of a paragraph's only line."""
    (line,) = (box for box in paragraph.children if isinstance(box, boxes.LineBox))
    text = [box for box in line.descendants() if isinstance(box, boxes.TextBox)][-1]
    run = cell_of(paragraph).lines[0][-1]
    return _Measure(run, line.height, text.position_y + text.baseline - line.position_y)


class _Drawer:
    """Draws the sheets of a pattern, one after the other, on one page."""

    def __init__(self, pattern: _Pattern, pen: Pen, families: Callable[[str], str]) -> None:
        self.pattern, self.pen, self.families = pattern, pen, families
        self.table = TableDrawer(pattern.table, pen, self._set) if pattern.table else None

    def draw(self, sheet: PatternSheet, values: Values) -> None:
        """Draw the sheet alone. Raises `DoesNotFit`."""
        page, pattern = self.pen.page, self.pattern
        page.stream.clear()
        with self._pixels():
            end = self._draw_flow(sheet)
        with page.stacked():
            page.stream += pattern.picture
        self._draw_varying(pattern.cells, pattern.codes, values, 0)
        if not pattern.foot:
            if end > pattern.bottom:
                raise DoesNotFit
            return
        top = max(end, pattern.least) + pattern.foot.gap
        if top + pattern.foot.height > pattern.page_bottom:
            raise DoesNotFit
        down = top - pattern.foot.top
        with page.stacked():
            page.transform(f=-down * POINTS)
            page.stream += pattern.foot.picture
        self._draw_varying(pattern.foot.cells, pattern.foot.codes, values, down)

    def _draw_varying(self, cells: Sequence[Cell], codes: Sequence[Code], values: Values, down: float) -> None:
        with self._pixels():
            for cell in cells:
                self._draw_cell(cell, values, down)
            for code in codes:
                text = replace_marks(code.text, values)
                self.pen.draw_code(text, code.level, side=code.side, left=code.left, top=code.top + down)

    @contextmanager
    def _pixels(self) -> Iterator[None]:
        """Within, lengths are pixels and y grows downwards."""
        with self.pen.page.stacked():
            self.pen.page.transform(a=POINTS, d=-POINTS, f=self.pattern.page_height * POINTS)
            yield

    def _draw_flow(self, sheet: PatternSheet) -> float:
        """Draw the paragraphs and the table, and return their lower end."""
        top = self.pattern.top
        for paragraph in sheet.paragraphs:
            if paragraph.is_table and self.table:
                top = self.table.draw(sheet.table, top)
            else:
                top = self._draw_paragraph(paragraph, top)
        return top

    def _draw_cell(self, cell: Cell, values: Values, down: float) -> None:
        for runs, baseline in zip(cell.lines, cell.baselines, strict=True):
            lines = break_line(
                trim([letter for run in runs for letter in self._set(replace_marks(run.text, values), run)]), cell.width
            )
            if len(lines) > 1:
                raise DoesNotFit
            self.pen.draw_line(lines[0], left_of(cell, lines[0]), baseline + down)

    def _draw_paragraph(self, paragraph: Paragraph, top: float) -> float:
        """Draw the paragraph below `top`, and return its lower end."""
        pattern = self.pattern
        letters: LetterLine = []
        whole: set[int] = set()
        text = "".join(piece.text for piece in paragraph.pieces)
        if plain_text(text) != text:
            raise DoesNotFit
        for piece in paragraph.pieces:
            if piece.is_whole:
                whole.update(range(len(letters) + 1, len(letters) + len(piece.text)))
            letters += self._set(piece.text, (pattern.name if piece.is_name else pattern.plain).run)
        indent = 0 if paragraph.is_flush else pattern.indent
        for number, line in enumerate(break_line(letters, pattern.width, indent=indent, whole=whole)):
            measure = pattern.name if any(one.size != pattern.plain.run.size for one in line) else pattern.plain
            left = pattern.left + (0 if number else indent)
            self.pen.draw_line(line, left, top + measure.baseline)
            top += measure.height
        return top

    def _set(self, text: str, run: Run) -> LetterLine:
        letters = [self.pen.letter(character, run.size, run.spacing) for character in text]
        if any(self.families(one.font) != FONTS[0].family for one in letters):
            raise DoesNotFit  # a rare character of another font makes its line higher
        return letters
