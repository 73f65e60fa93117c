"""Read the lines of any spreadsheet, CSV or XLSX, as people and programs write them.

This module needs no Django. A file that cannot be trusted is refused with a code (`Unreadable`), never half read.
"""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from openpyxl import load_workbook

from academy.tables.cells import Cell, Formula, text_of

MOST_BYTES = 5_000_000
MOST_LINES = 5_000
MOST_COLUMNS = 60
_MOST_UNPACKED = 60_000_000  # bytes of all parts of a workbook: more is a zip bomb
_MOST_PARTS = 500
_MOST_ROWS = 100_000  # including empty ones
_LONGEST_CELL = 2_000  # characters
HEADINGS_WITHIN = 15  # rows: titles and remarks stand above the headings

_SUM = re.compile(r"(?:[合总小共] ?计|total|subtotal)(?![^\W\d_])", re.IGNORECASE)  # and no further letter


class Unreadable(Exception):
    """A file that cannot be read. `refusals.UNREADABLE` holds a sentence for each `code`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Line:
    """One line of the file that is not empty, with its number as a spreadsheet program counts."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, column: int | None) -> Cell:
        return self.cells[column] if column is not None and 0 <= column < len(self.cells) else None

    def text(self, column: int | None) -> str:
        return text_of(self.cell(column))

    @property
    def is_sum(self) -> bool:
        """True for a line with a sum (合计, total) below the list."""
        first = next((text for cell in self.cells if (text := text_of(cell))), "")
        return _SUM.match(first) is not None


def read(content: bytes, name: str) -> list[Line]:
    """Return the lines of a CSV or XLSX file that are not empty.

    Raises `Unreadable` with `empty`, `too_big`, `too_long`, `locked`, `not_a_spreadsheet`, `zip_bomb`, `corrupt`,
    `encoding`.
    """
    if not content:
        raise Unreadable("empty")
    if len(content) > MOST_BYTES:
        raise Unreadable("too_big")
    if content.startswith(b"\xd0\xcf\x11\xe0"):  # an old .xls, or a workbook that Excel saved with a password
        raise Unreadable("locked")
    if content.startswith(b"PK"):
        lines = list(_limited(_workbook(content)))
    elif name.lower().endswith((".csv", ".txt", ".tsv")):
        lines = list(_limited(_csv(content)))
    else:
        raise Unreadable("not_a_spreadsheet")
    if not lines:
        raise Unreadable("empty")
    return lines


def _limited(rows: Iterable[tuple[int, list[Cell]]]) -> Iterator[Line]:
    for count, (number, cells) in enumerate((number, cells) for number, cells in rows if any(map(text_of, cells))):
        if count > MOST_LINES:
            raise Unreadable("too_long")
        yield Line(number, tuple(_short(cell) for cell in cells[:MOST_COLUMNS]))


def _short(cell: Cell) -> Cell:
    if isinstance(cell, str) and len(cell) > _LONGEST_CELL:
        return type(cell)(cell[:_LONGEST_CELL])
    return cell


def _csv(content: bytes) -> Iterator[tuple[int, list[Cell]]]:
    text = _decoded(content)
    if "\0" in text:
        raise Unreadable("not_a_spreadsheet")
    head = text.splitlines()[:HEADINGS_WITHIN]
    delimiter = max(",;\t", key=lambda sign: sum(line.count(sign) for line in head))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
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


def _workbook(content: bytes) -> Iterator[tuple[int, list[Cell]]]:
    check_package(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that it does not know
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            # Read the first sheet that a person sees and that holds a value.
            for sheet in sheets:
                rows = _rows(sheet)
                if any(any(map(text_of, cells)) for _number, cells in rows):
                    break
            book.close()
    except Unreadable:
        raise
    except Exception as error:  # openpyxl raises KeyError, ValueError or its parser's own errors
        raise Unreadable("corrupt") from error
    yield from rows if sheets else ()


def _rows(sheet: object) -> list[tuple[int, list[Cell]]]:
    rows: list[tuple[int, list[Cell]]] = []
    filled = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):  # type: ignore[attr-defined]
        if number > _MOST_ROWS:
            raise Unreadable("too_long")
        cells = [Formula(cell.value) if cell.data_type == "f" else cell.value for cell in row]
        if any(cell is not None for cell in cells):
            filled += 1
            rows.append((number, cells))
        if filled > MOST_LINES + 1:
            raise Unreadable("too_long")
    return rows


def check_package(content: bytes) -> None:
    """Check a package before it is unpacked: a workbook of moderate size, without entities.

    Raises `Unreadable` with `locked`, `zip_bomb`, `not_a_spreadsheet`, `corrupt`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if any(part.flag_bits & 1 for part in parts):
                raise Unreadable("locked")
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
                raise Unreadable("zip_bomb")
            if "xl/workbook.xml" not in {part.filename for part in parts}:
                raise Unreadable("not_a_spreadsheet")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with package.open(part) as stream:
                        if b"<!DOCTYPE" in stream.read(4_096):
                            raise Unreadable("corrupt")
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise Unreadable("corrupt") from error
