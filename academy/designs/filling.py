"""Many papers with templates as one PDF, in a tenth of the time of single ones (ADR 137).

WeasyPrint lays out each look once, in three pieces without the texts that differ: the ground (border, heading), the
table, the closing block (seal, signature, unit). They become forms of the PDF. For each paper this module breaks the
paragraphs into lines, sets them one below the other, and draws the forms around them. A paper that needs more, such as
a second page, does not fit and is laid out as a whole; it looks the same.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final, NamedTuple

import pydyf
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from weasyprint.document import Document
from weasyprint.formatting_structure import boxes

from academy.designs.sheets import DesignedSheet, Line
from academy.designs.wording import Paragraph, Piece
from academy.paper.blanks import Cell, Code, DoesNotFit, Run, cell_of, code_of, replace_marks
from academy.paper.press import pieces_to_pdf
from academy.paper.setting import (
    POINTS,
    LetterLine,
    Pen,
    baselines_of,
    break_line,
    glyphs_of,
    justified,
    left_of,
    plain_text,
    trim,
)

_MARKS: Final = {
    name: f"{{{place}}}"
    for place, name in enumerate(
        ("number", "issued_on", "verify_code", "verify_url", "remark", "anchor", "total", "date", "activity", "content")
    )
}
_HOURS: Final = "{10}"  # of a line
_TEXT: Final = "{11}"  # of a piece of a paragraph
_EDGE: Final = 0.4  # pixels of a line between two rows that belong to either
_MOST_LINES: Final = 4  # in a row of the table
_ALWAYS: Final = "编号：扫码查验，或在浏览器中打开输入也可致电核实其他需要说明的事项台账指纹 0123456789"
_DIFFERS: Final = ("number", "issued_on", "verify_code", "verify_url", "remark", "anchor", "total")
_STYLES: Final = ("paper/sheet.css", "designs/paper.css", "designs/blank.css")


Texts = list[tuple[LetterLine, float, float]]  # lines with their left ends and baselines


@dataclass(frozen=True, kw_only=True)
class _Marked(DesignedSheet):
    """A sheet with marks in place of what differs."""

    fixed_size: str

    @property
    def size(self) -> str:
        return self.fixed_size


class _Block(NamedTuple):
    """A paragraph of the blank. A line is higher by its largest letters, so lengths are in their size."""

    cell: Cell
    indent: float
    rise: float  # from a line's top to its baseline
    height: float


class _Row(NamedTuple):
    """A row of the blank's table, with as many lines as its place says."""

    top: float
    bottom: float
    cells: list[Cell]


class _Look(NamedTuple):
    """The pieces of a look as they were laid out; lengths in pixels."""

    ground: str  # names of the forms
    closing: str
    table: str
    paragraphs: list[_Block]
    size: float  # of the text
    text_top: float
    least_height: float
    gap: float  # between the text and the closing block
    closing_top: float
    closing_bottom: float
    page_height: float
    page_bottom: float
    cells: list[Cell]  # of the ground
    closing_cells: list[Cell]
    code: Code
    head: _Row | None
    rows: list[_Row]
    sum: _Row | None
    table_left: float
    table_width: float
    table_margins: tuple[float, float]


def key_of(sheet: DesignedSheet) -> Hashable:
    """Return what papers of one look have in common."""
    shape = tuple(
        (paragraph.is_table, paragraph.is_flush, tuple(piece.is_name for piece in paragraph.pieces))
        for paragraph in sheet.paragraphs
    )
    alike = replace(sheet, **dict.fromkeys(_DIFFERS, ""), paragraphs=(), lines=())
    return alike, shape, sheet.size, bool(sheet.lines), bool(sheet.remark), bool(sheet.anchor)


def fill_many(sheets: Sequence[DesignedSheet], context: dict[str, Any]) -> bytes | list[int]:
    """Return these sheets as one PDF, or the places of those that do not fit. Raises `MissingGlyphs`."""
    keys = [key_of(sheet) for sheet in sheets]
    places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    examples = [sheets[keys.index(key)] for key in places]
    pieces = [
        (render_to_string(DesignedSheet.template, {**context, "sheet": _marked(sheet), "blank_part": part}), _STYLES)
        for sheet in examples
        for part in ("ground", "sealed", "tabled")
    ]
    letters = "".join(sorted(set(_ALWAYS).union(*(_texts(sheet) for sheet in sheets))))
    pieces.append((f'<p class="letters">{_escaped(letters)}</p>', ("paper/sheet.css", "paper/letters.css")))
    misfits: list[int] = []

    def write(document: Document, pdf: Any) -> None:
        try:
            if len(document.pages) != len(pieces):
                raise DoesNotFit
            looks = [_read_look(document, pdf, 3 * place) for place in range(len(examples))]
        except DoesNotFit:
            misfits.extend(range(len(sheets)))
            return
        glyphs = glyphs_of(document)
        kept = pdf.pages["Kids"][: 3 * len(pieces) : 3]
        scratch = pdf.objects[int(pdf.objects[kept[-1]]["Contents"].split()[0])]
        pdf.pages["Kids"].clear()
        pdf.pages["Count"] = 0
        for place, (sheet, key) in enumerate(zip(sheets, keys, strict=True)):
            scratch.stream.clear()
            number = places[key]
            try:
                _draw(sheet, looks[number], Pen(scratch, glyphs))
            except DoesNotFit:
                misfits.append(place)
            content = pydyf.Stream(list(scratch.stream), compress=scratch.compress)
            pdf.add_object(content)
            pdf.add_page(pydyf.Dictionary({**pdf.objects[kept[3 * number]], "Contents": content.reference}))

    made = pieces_to_pdf(pieces, finisher=write)
    return misfits or made


def _escaped(letters: str) -> str:
    return letters.replace("&", "&amp;").replace("<", "&lt;")


def _texts(sheet: DesignedSheet) -> str:
    """Return all text that differs, and that of the closing block."""
    own = (getattr(sheet, field.name) for field in fields(sheet) if field.name not in ("seal", "signature", "border"))
    texts = [value for value in own if isinstance(value, str)]
    texts += [piece.text for paragraph in sheet.paragraphs for piece in paragraph.pieces]
    texts += [getattr(line, field.name) for line in sheet.lines for field in fields(line)]
    return "".join(texts)


def _marked(sheet: DesignedSheet) -> _Marked:
    """Return the sheet with marks, with a row of one line, of two, and so on."""
    values = {field.name: getattr(sheet, field.name) for field in fields(sheet)}
    values |= {name: _MARKS[name] for name in _DIFFERS if values[name]}
    values["paragraphs"] = tuple(
        Paragraph(tuple(Piece(_TEXT, piece.key) for piece in one.pieces), one.is_table, one.is_flush)
        for one in sheet.paragraphs
    )
    if sheet.lines:
        values["lines"] = tuple(
            Line(
                date=_MARKS["date"],
                activity=_MARKS["activity"],
                content=mark_safe(_MARKS["content"] + "<br>&nbsp;" * more),  # safe: a mark has only digits
                hours=_HOURS,
            )
            for more in range(_MOST_LINES)
        )
    return _Marked(**values, fixed_size=sheet.size)


def _read_look(document: Document, pdf: Any, first: int) -> _Look:
    """Read the look whose ground is on the page `first`; closing and table follow. Raises `DoesNotFit`."""
    names = []
    for place in range(first, first + 3):
        page = pdf.objects[pdf.pages["Kids"][3 * place]]
        form = pdf.objects[int(page["Contents"].split()[0])]
        form.extra |= {
            "Type": "/XObject",
            "Subtype": "/Form",
            "BBox": page["MediaBox"],
            "Resources": page["Resources"],
        }
        names.append(f"piece{place}")
        pdf.objects[int(page["Resources"].split()[0])]["XObject"][names[-1]] = form.reference
    ground, closing, tabled = (document.pages[first + place]._page_box for place in range(3))
    main, block = _only(ground, "main"), _only(ground, "div", "closing")
    laid = _only(closing, "div", "closing")
    paragraphs = [box for box in main.descendants() if box.element_tag == "p" and isinstance(box, boxes.BlockBox)]
    size = main.style["font_size"]
    codes = [
        box
        for box in closing.descendants(placeholders=True)
        if isinstance(box, boxes.ReplacedBox) and box.element.get("data-code")
    ]
    rows = [box for box in tabled.descendants() if isinstance(box, boxes.TableRowBox)]
    table = next((box for box in tabled.descendants() if box.element_tag == "table" and box.children), None)
    read_rows = [
        _Row(
            row.position_y,
            row.position_y + row.height,
            [cell_of(cell) for cell in row.children if cell.style["visibility"] == "hidden"],
        )
        for row in rows
    ]
    return _Look(
        *names[:2],
        names[2],
        [_block_of(box, size) for box in paragraphs],
        size,
        main.content_box_y(),
        main.min_height,
        block.border_box_y() - main.content_box_y() - main.height,
        laid.border_box_y(),
        laid.border_box_y() + laid.border_height(),
        ground.margin_height(),
        ground.content_box_y() + ground.height,
        list(_hidden_cells(ground, inside="numbers")),
        list(_hidden_cells(closing)),
        code_of(codes[0]),
        read_rows[0] if rows else None,
        read_rows[1:-1],
        read_rows[-1] if rows else None,
        table.border_box_x() if table else 0,
        table.border_width() if table else 0,
        (table.margin_top, table.margin_bottom) if table else (0, 0),
    )


def _only(page: Any, tag: str, kind: str = "") -> Any:
    found = [
        box
        for box in page.descendants()
        if box.element_tag == tag and isinstance(box, boxes.BlockBox) and (not kind or box.element.get("class") == kind)
    ]
    if len(found) != 1:
        raise DoesNotFit
    return found[0]


def _block_of(box: Any, size: float) -> _Block:
    cell = cell_of(box)
    if len(cell.lines) != 1:
        raise DoesNotFit
    first = next(inner for inner in box.descendants() if isinstance(inner, boxes.TextBox))
    largest = max(size, *(run.size for run in cell.lines[0]))
    rise = (cell.baselines[0] - box.content_box_y()) / largest
    return _Block(cell, first.position_x - cell.left, rise, cell.line_height / largest)


def _hidden_cells(page: Any, inside: str = "") -> Iterator[Cell]:
    for box in page.descendants(placeholders=True):
        if box.element_tag != "p" or not isinstance(box, boxes.BlockBox) or box.style["visibility"] != "hidden":
            continue
        if not inside or box.element.get("class") == inside:
            yield cell_of(box)


def _draw(sheet: DesignedSheet, look: _Look, pen: Pen) -> None:
    """Draw the paper on the pen's page. Raises `DoesNotFit`."""
    values = {_MARKS[name]: plain_text(getattr(sheet, name)) for name in _DIFFERS}
    texts: Texts = []
    bottom = look.text_top
    blocks = iter(look.paragraphs)
    pen.page.push_state()
    pen.page.draw_x_object(look.ground)
    pen.page.pop_state()
    for place, paragraph in enumerate(sheet.paragraphs):
        if paragraph.is_table:
            # The margins at the text's ends fall together with those of the text.
            bottom += look.table_margins[0] if place else 0
            bottom = _draw_table(sheet, look, pen, texts, bottom, values)
            bottom += look.table_margins[1] if place < len(sheet.paragraphs) - 1 else 0
        else:
            bottom = _set_paragraph(paragraph, next(blocks), look.size, pen, texts, bottom)
    down = max(look.least_height, bottom - look.text_top) + look.text_top + look.gap - look.closing_top
    if look.closing_bottom + down > look.page_bottom:
        raise DoesNotFit
    _place(pen.page, look.closing, down)
    for cells_, by in ((look.cells, 0.0), (look.closing_cells, down)):
        for cell in cells_:
            _set_cell(cell, values, pen, texts, by)
    with pen.page.stacked():
        pen.page.transform(a=POINTS, d=-POINTS, f=look.page_height * POINTS)
        for line, left, baseline in texts:
            pen.draw_line(line, left, baseline)
        code = look.code
        pen.draw_code(sheet.verify_url, code.level, side=code.side, left=code.left, top=code.top + down)


def _place(page: Any, form: str, down: float) -> None:
    with page.stacked():
        page.transform(f=-down * POINTS)
        page.draw_x_object(form)


def _letters(runs: Sequence[Run], values: dict[str, str], pen: Pen) -> LetterLine:
    return [pen.letter(letter, run.size, run.spacing) for run in runs for letter in replace_marks(run.text, values)]


def _set_cell(cell: Cell, values: dict[str, str], pen: Pen, texts: Texts, down: float) -> None:
    """Set a block of text with as many lines as on the blank."""
    lines = [line for runs in cell.lines for line in break_line(trim(_letters(runs, values, pen)), cell.width)]
    if len(lines) != len(cell.lines):
        raise DoesNotFit
    for line, baseline in zip(lines, cell.baselines, strict=True):
        texts.append((line, left_of(cell, line), baseline + down))


def _set_paragraph(paragraph: Paragraph, block: _Block, size: float, pen: Pen, texts: Texts, top: float) -> float:
    """Set a paragraph below `top`, and return its lower end."""
    cell, runs = block.cell, [run for run in block.cell.lines[0] if run.text.strip()]
    if len(runs) != len(paragraph.pieces):
        raise DoesNotFit
    line = [
        pen.letter(letter, run.size, run.spacing)
        for run, piece in zip(runs, paragraph.pieces, strict=True)
        for letter in plain_text(f"|{piece.text}|")[1:-1]  # spaces at its ends are between two pieces
    ]
    lines = break_line(trim(line), cell.width, block.indent)
    for place, one in enumerate(lines):
        indent = block.indent if place == 0 else 0
        shown = justified(one, cell.width - indent) if place < len(lines) - 1 else one
        largest = max(size, *(letter.size for letter in one))
        texts.append((shown, cell.left + indent, top + block.rise * largest))
        top += block.height * largest
    return top


def _draw_table(sheet: DesignedSheet, look: _Look, pen: Pen, texts: Texts, top: float, values: dict[str, str]) -> float:
    """Draw the table below `top`, row by row, and return its lower end."""
    if look.head is None or look.sum is None:
        raise DoesNotFit
    top = _draw_row(look, look.head, pen, top)
    for place, line in enumerate(sheet.lines, 1):
        own = {
            _MARKS["date"]: plain_text(line.date),
            _MARKS["activity"]: plain_text(line.activity),
            _MARKS["content"]: plain_text(line.content),
            _HOURS: plain_text(line.hours),
        }
        broken = [_broken(cell, own, pen) for cell in look.rows[0].cells]
        broken[0] = [
            [pen.letter(digit, run.size, run.spacing) for digit in str(place)] for run in look.rows[0].cells[0].lines[0]
        ]
        count = max(map(len, broken))
        if count > len(look.rows):
            raise DoesNotFit
        row = look.rows[count - 1]
        for cell, lines in zip(row.cells, broken, strict=True):
            for one, baseline in zip(lines, baselines_of(cell, len(lines)), strict=True):
                texts.append((one, left_of(cell, one), baseline + top - row.top))
        top = _draw_row(look, row, pen, top)
    for cell in look.sum.cells:
        _set_cell(cell, values, pen, texts, top - look.sum.top)
    return _draw_row(look, look.sum, pen, top)


def _broken(cell: Cell, values: dict[str, str], pen: Pen) -> list[LetterLine]:
    return break_line(trim(_letters(cell.lines[0], values, pen)), cell.width) if cell.lines else []


def _draw_row(look: _Look, row: _Row, pen: Pen, top: float) -> float:
    """Draw the lines around a row, moved below `top`, and return its lower end."""
    bottom = top + row.bottom - row.top
    with pen.page.stacked():
        height = (bottom - top + 2 * _EDGE) * POINTS
        low = (look.page_height - bottom - _EDGE) * POINTS
        pen.page.rectangle((look.table_left - _EDGE) * POINTS, low, (look.table_width + 2 * _EDGE) * POINTS, height)
        pen.page.clip()
        pen.page.end()
        _place(pen.page, look.table, top - row.top)
    return bottom
