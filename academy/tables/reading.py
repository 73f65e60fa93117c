"""Read the lines of any spreadsheet, CSV, XLSX or XLS, as people and programs write them.

This module needs no Django. A file that cannot be trusted is refused with a code (`Unreadable`), never half read. The
`Table` counts the parts of a good file that are left out, as its other sheets.
"""

import csv
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, islice, repeat
from operator import is_
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from academy.tables.cells import Cell, Formula, text_of
from academy.tables.compound import MAGIC
from academy.tables.old_workbook import OldWorkbook
from academy.tables.package import (
    MOST_COLUMNS,
    MOST_ROWS,
    Area,
    Layout,
    Unreadable,
    check_cells,
    check_package,
    layout_of,
    sheets_of,
    transitional,
)

MOST_BYTES = 5_000_000
MOST_LINES = 5_000
_LONGEST_CELL = 2_000  # characters
_ROWS_AT_ONCE = 100
HEADINGS_WITHIN = 15  # rows: titles and remarks stand above the headings

# Names below a list, as “制表人：李敏”. A word without a colon has its cell alone.
_SIGNED = (
    r"(?:制表|填表|填报|上报|审核|复核|审批|核对|统计|经办|记录|负责)(?:人|者|单位|日期|时间)"
    r"|(?:单位|社区)?\(?(?:负责人|盖章|公章|签字|签章)\)?|日期|时间|备注|说明|注"
)
_FOOTER = re.compile(rf"(?:{_SIGNED})\s*(?:[:：]|$)")
_SUM = re.compile(r"(?:[合总小共] ?计|total|subtotal)(?![^\W\d_])", re.IGNORECASE)  # and no further letter


@dataclass(frozen=True)
class Line:
    """One line of the file that is not empty, with its number as a spreadsheet program counts."""

    number: int
    cells: tuple[Cell, ...]
    covered: Mapping[int, int] = field(default_factory=dict)  # columns in a merged area: the number of its first line
    is_hidden: bool = False
    since_1904: bool = False  # numbers of days count from 1904

    def cell(self, column: int | None) -> Cell:
        return self.cells[column] if column is not None and 0 <= column < len(self.cells) else None

    def text(self, column: int | None) -> str:
        return text_of(self.cell(column))

    @property
    def whole(self) -> str:
        """The texts of the line, each once."""
        return " ".join(dict.fromkeys(text for cell in self.cells if (text := text_of(cell))))

    @property
    def is_sum(self) -> bool:
        """True for a line with a sum (合计, total) below the list."""
        first = next((text for cell in self.cells if (text := text_of(cell))), "")
        return _SUM.match(first) is not None

    @property
    def is_footer(self) -> bool:
        """True for a line of names or remarks below the list: 制表人, 审核人, 日期, 备注."""
        texts = [text for cell in self.cells if (text := text_of(cell))]
        return bool(texts) and _FOOTER.match(texts[0]) is not None and len(set(texts)) <= 6


@dataclass(frozen=True)
class SheetLines:
    """A sheet of the workbook with the number of its lines that are not empty."""

    name: str
    lines: int
    is_hidden: bool


@dataclass(frozen=True)
class Table:
    """The lines that were read, and the parts of the file that were left out."""

    lines: list[Line]
    sheet: str = ""  # its name; a CSV file has none
    left_out: tuple[SheetLines, ...] = ()  # other sheets that hold lines
    hidden_columns: tuple[int, ...] = ()  # from 0; they are read
    columns_left_out: int = 0  # to the right of those that are read
    count: int = 0  # lines that hold a value, counted beforehand

    @property
    def hidden_lines(self) -> list[int]:
        """The numbers of the lines that the spreadsheet hides; they are read."""
        return [line.number for line in self.lines if line.is_hidden]

    @cached_property
    def filled_columns(self) -> list[int]:
        """The columns, from 0, in which any line holds something."""
        filled = {place for line in self.lines for place, cell in enumerate(line.cells) if text_of(cell)}
        return sorted(filled)

    @property
    def has_further_lists(self) -> bool:
        """True if another sheet can be read."""
        return any(not sheet.is_hidden for sheet in self.left_out)

    @property
    def hidden_letters(self) -> list[str]:
        return [get_column_letter(column + 1) for column in self.hidden_columns]


def read(content: bytes, name: str, sheet: str | None = None) -> Table:
    """Return the lines of a CSV, XLSX or XLS file that are not empty.

    In a workbook, read `sheet`, or the first sheet that holds lines. Lines and columns that are hidden are read as
    well; hidden sheets are not. A cell that a merged area covers has the area's value. Raises `Unreadable` with
    `empty`, `too_big`, `too_long`, `locked`, `not_a_spreadsheet`, `zip_bomb`, `corrupt`, `encoding`, `hidden_sheets`,
    and with `no_such_sheet` if `sheet` is missing or hidden.
    """
    with opened(content, name, sheet) as (table, lines):
        return replace(table, lines=list(lines))


@contextmanager
def opened(
    content: bytes, name: str, sheet: str | None = None, *, times: int = 1
) -> Iterator[tuple[Table, Iterator[Line]]]:
    """Give the table without its lines, and its lines one by one.

    `times` multiplies all limits, for a work in the background. Raises `Unreadable` as `read` does, also while the
    lines are taken.
    """
    if not content:
        raise Unreadable("empty")
    if len(content) > MOST_BYTES * times:
        raise Unreadable("too_big")
    if content.startswith(MAGIC):
        yield _first(_old_book(content, times), sheet, times)
        return
    if content.startswith(b"PK"):
        with _opened(content, times) as book:
            yield _first(book, sheet, times)
        return
    if not name.lower().endswith((".csv", ".txt", ".tsv")):
        raise Unreadable("not_a_spreadsheet")
    if sheet:
        raise Unreadable("no_such_sheet")
    text = _decoded(content)
    width = count = 0  # the whole file is read once before: a damaged one is not half read
    for _number, cells in _csv(text):
        filled = max((place for place, cell in enumerate(cells, 1) if text_of(cell)), default=0)
        width, count = max(width, filled), count + bool(filled)
    if not width:
        raise Unreadable("empty")
    lines = (Line(number, tuple(cells)) for number, cells in _csv(text))
    yield Table([], columns_left_out=max(width - MOST_COLUMNS, 0), count=count), _limited(lines, times)


def _limited(lines: Iterable[Line], times: int = 1) -> Iterator[Line]:
    for count, line in enumerate(line for line in lines if any(map(text_of, line.cells))):
        if count > MOST_LINES * times:
            raise Unreadable("too_long")
        cells = tuple(_short(cell) for cell in line.cells[:MOST_COLUMNS])
        yield Line(line.number, cells, line.covered, line.is_hidden, line.since_1904)


def _short(cell: Cell) -> Cell:
    if isinstance(cell, str) and len(cell) > _LONGEST_CELL:
        return type(cell)(cell[:_LONGEST_CELL])
    return cell


def _csv(text: str) -> Iterator[tuple[int, list[Cell]]]:
    if "\0" in text:
        raise Unreadable("not_a_spreadsheet")
    head = text[:100_000].splitlines()[:HEADINGS_WITHIN]
    delimiter = max(",;\t", key=lambda sign: sum(line.count(sign) for line in head))
    # Strict: a quotation without an end would swallow the lines below it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        before = 0
        for row in reader:
            yield before + 1, list(row)
            before = reader.line_num
    except csv.Error as error:
        raise Unreadable("corrupt") from error


def _decoded(content: bytes) -> str:
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("encoding")


@dataclass(frozen=True)
class _Book:
    """A workbook that is open: the layouts of its sheets, and their rows from the first one on."""

    layouts: Mapping[str, Layout]
    rows: Callable[[str, Layout], Iterator[list[Cell]]]
    since_1904: bool


def _old_book(content: bytes, times: int) -> _Book:
    old = OldWorkbook(content, times)
    return _Book(old.layouts, lambda name, _layout: old.rows(name), old.since_1904)


@contextmanager
def _opened(content: bytes, times: int = 1) -> Iterator[_Book]:
    """Open a workbook of Excel since 2007."""
    check_package(content, times)
    try:
        content = transitional(content)
        layouts = {}
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for sheet in sheets_of(package)[0]:
                if sheet.is_table:
                    with package.open(sheet.part) as stream:
                        layouts[sheet.name] = layout_of(stream, is_hidden=sheet.is_hidden, times=times)
                    check_cells(sum(layout.cells for layout in layouts.values()), times)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that it does not know
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    except Unreadable:
        raise
    except Exception as error:  # openpyxl raises KeyError, ValueError or its parser's own errors
        raise Unreadable("corrupt") from error
    try:
        yield _Book(layouts, lambda name, layout: _rows(book[name], layout), book.epoch == CALENDAR_MAC_1904)
    finally:
        book.close()


def _guarded(lines: Iterator[Line]) -> Iterator[Line]:
    """Yield the lines; raise `Unreadable` where openpyxl fails at one."""
    try:
        yield from lines
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("corrupt") from error


def top_of(content: bytes, sheet: str, rows: int) -> list[Line]:
    """Return the lines of a sheet's first `rows` rows, without the empty ones.

    Raises `Unreadable` with those of `read`.
    """
    with _opened(content) as book:
        layout = book.layouts[sheet]
        layout = replace(layout, last_row=min(layout.last_row, rows))
        return list(_limited(_guarded(_lines(book, sheet, layout))))


def _first(book: _Book, chosen: str | None, times: int) -> tuple[Table, Iterator[Line]]:
    """Return the table and the lines of the chosen sheet, or of the first one that shows a value."""
    layouts = book.layouts
    shown = [name for name, layout in layouts.items() if not layout.is_hidden]
    if chosen and chosen not in shown:
        # A browser and a form change signs that nobody sees: full width, blanks at the end.
        chosen = next((name for name in shown if _bare(name) == _bare(chosen)), None)
        if chosen is None:
            raise Unreadable("no_such_sheet")
    for name in [chosen] if chosen else shown:
        lines = _limited(_guarded(_lines(book, name, layouts[name])), times) if layouts[name].lines else iter(())
        if first := next(lines, None):
            return _table(name, layouts), chain([first], lines)
    raise Unreadable("hidden_sheets" if any(layout.lines for layout in layouts.values()) and not chosen else "empty")


def _table(name: str, layouts: Mapping[str, Layout]) -> Table:
    others = (SheetLines(other, one.lines, one.is_hidden) for other, one in layouts.items() if other != name)
    layout = layouts[name]
    return Table(
        [],
        name,
        tuple(one for one in others if one.lines),
        tuple(sorted(column - 1 for column in layout.hidden_columns if column <= layout.last_column)),
        max(layout.last_column - MOST_COLUMNS, 0),
        layout.lines,
    )


def _bare(name: str) -> str:
    """Return the name of a sheet without blanks and invisible signs, to compare it."""
    signs = unicodedata.normalize("NFKC", name)
    return "".join(sign for sign in signs if not sign.isspace() and unicodedata.category(sign) not in ("Cc", "Cf"))


def _rows(sheet: Any, layout: Layout) -> Iterator[list[Cell]]:
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=layout.last_row, max_col=min(layout.last_column, MOST_COLUMNS))
    return (_values(row) for row in _without_warnings(rows))


def _lines(book: _Book, name: str, layout: Layout) -> Iterator[Line]:
    """Yield the lines that hold a value of their own."""
    if layout.last_row > MOST_ROWS:
        raise Unreadable("too_long")
    waiting = sorted((area for area in layout.merged if area.left <= MOST_COLUMNS), key=lambda area: -area.top)
    open_areas: list[tuple[Area, Cell]] = []
    for number, cells in enumerate(book.rows(name, layout), 1):
        open_areas = [(area, value) for area, value in open_areas if area.bottom >= number]
        while waiting and waiting[-1].top <= number:
            area = waiting.pop()
            open_areas.append((area, cells[area.left - 1] if area.left <= len(cells) else None))
        if len(open_areas) > MOST_COLUMNS:
            raise Unreadable("corrupt")  # areas that overlap
        covered, own = _cover(cells, number, open_areas)
        if own:
            yield Line(number, tuple(cells), covered, number in layout.hidden_rows, book.since_1904)


def _without_warnings(rows: Iterator[Any]) -> Iterator[Any]:
    """Yield the rows. openpyxl warns of extensions that it does not know at the end of a sheet."""
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            some = list(islice(rows, _ROWS_AT_ONCE))
        if not some:
            return
        yield from some


def _cover(cells: list[Cell], number: int, areas: list[tuple[Area, Cell]]) -> tuple[dict[int, int], bool]:
    """Give the covered cells of a line the value of their area.

    Return the covered columns, and whether the line has a value of its own.
    """
    covered = {}
    for area, value in areas:
        for place in range(area.left - 1, min(area.right, len(cells))):
            if (number, place) != (area.top, area.left - 1):
                cells[place], covered[place] = value, area.top
    if not covered:
        return covered, cells.count(None) < len(cells)
    return covered, any(cell is not None for place, cell in enumerate(cells) if place not in covered)


def _values(row: tuple[Any, ...]) -> list[Cell]:
    if all(map(is_, row, repeat(EMPTY_CELL))):  # a sheet may have many empty rows between two lines
        return [None] * len(row)
    return [_value(cell) for cell in row]


def _value(cell: Any) -> Cell:
    value: Cell = cell.value
    if cell.data_type == "f":
        return Formula(value)
    if isinstance(value, int | float) and cell.data_type == "n" and "%" in cell.number_format:
        return f"{value:.2%}"  # as the cell shows it: no length of time and no date
    return value
