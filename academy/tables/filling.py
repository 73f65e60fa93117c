"""Fill a foreign Excel workbook: its content stays, and rows are written below its headings."""

import datetime as dt
import io
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from academy.tables import headings
from academy.tables.cells import text_of
from academy.tables.reading import HEADINGS_WITHIN, MOST_BYTES, MOST_COLUMNS, Unreadable, check_package

Value = str | int | float | dt.date | None


def find_headings(data: bytes, words: headings.Words) -> tuple[int, dict[str, int]]:
    """Return the row of the headings, from 1, and the column, from 0, of each field that a heading names.

    Raises `Unreadable`, with `macros` for a workbook that would lose its macros.
    """
    sheet = _sheet(_open(data))
    rows = list(sheet.iter_rows(max_row=HEADINGS_WITHIN, max_col=MOST_COLUMNS, values_only=True))
    if not any(map(text_of, (cell for row in rows for cell in row))):
        raise Unreadable("empty")
    place, columns = headings.find(rows, words, partly=True)
    return place + 1, columns


def texts_of(data: bytes, row: int) -> list[str]:
    """Return the texts of that row, from 1, without the empty cells at its end."""
    sheet = _sheet(_open(data))
    cells = [text_of(cell.value) for cell in sheet[row]][:MOST_COLUMNS]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def fill(data: bytes, *, first_row: int, rows: Sequence[Mapping[int, Value]]) -> bytes:
    """Return the workbook with `rows` written from `first_row` on, in the formats of that row.

    Each row holds values by column, from 0. The content of `first_row` is an example and is overwritten. Content below
    a free line, for example a place to sign, moves down. Raises `Unreadable` with `not_empty` if content right below
    the example would be lost, and with `merged` if merged cells are in the way.
    """
    book = _open(data)
    sheet = _sheet(book)
    last_row = first_row + max(len(rows), 1) - 1
    _make_room(sheet, first_row, last_row)
    if any(area.max_row >= first_row and area.min_row <= last_row for area in sheet.merged_cells.ranges):
        raise Unreadable("merged")
    width = min(max(sheet.max_column, 1), MOST_COLUMNS)
    examples = [sheet.cell(first_row, column) for column in range(1, width + 1)]
    height = sheet.row_dimensions[first_row].height
    for example in examples:
        example.value = None
    for number, values in enumerate(rows, first_row):
        if height is not None:
            sheet.row_dimensions[number].height = height
        for example in examples:
            cell = sheet.cell(number, example.column)
            if number != first_row and example.has_style:
                cell._style = copy(example._style)
            _write(cell, values.get(example.column - 1))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _make_room(sheet: Worksheet, first_row: int, last_row: int) -> None:
    """Move the content below the first free line after the example down, to free the rows to `last_row`."""
    filled = [
        number
        for number, values in enumerate(sheet.iter_rows(min_row=first_row + 1, values_only=True), first_row + 1)
        if any(value is not None and value != "" for value in values)
    ]
    if not filled or filled[0] > last_row:
        return
    if filled[0] == first_row + 1:
        raise Unreadable("not_empty")
    below, bottom, down = filled[0], sheet.max_row, last_row + 2 - filled[0]  # one free line stays between
    if any(area.min_row < below <= area.max_row for area in sheet.merged_cells.ranges):
        raise Unreadable("merged")
    heights = {number: sheet.row_dimensions[number].height for number in range(below, bottom + 1)}
    sheet.move_range(f"A{below}:{get_column_letter(sheet.max_column)}{bottom}", rows=down, translate=True)
    for area in sheet.merged_cells.ranges:
        if area.min_row >= below:
            area.shift(row_shift=down)
    for number, height in heights.items():
        sheet.row_dimensions[number].height = None
        sheet.row_dimensions[number + down].height = height


def _write(cell: Cell | MergedCell, value: Value) -> None:
    assert isinstance(cell, Cell)
    as_text = cell.number_format == "@"  # the column is formatted as text: write numbers and dates as text
    if value is None or value == "":
        cell.value = None
    elif isinstance(value, dt.date):
        cell.value = value.isoformat() if as_text else value
        if not as_text and cell.number_format == "General":
            cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, str):
        cell.value = value
        cell.data_type = "s"  # a name that begins with "=" is no formula
    else:
        cell.value = str(value) if as_text else value


def _open(data: bytes) -> Workbook:
    if len(data) > MOST_BYTES:
        raise Unreadable("too_big")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("locked")
    if not data.startswith(b"PK"):
        raise Unreadable("not_a_spreadsheet")
    check_package(data)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if any(name.endswith("vbaProject.bin") for name in package.namelist()):
            raise Unreadable("macros")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(io.BytesIO(data))
    except Exception as error:  # a broken file raises many kinds of errors in the library
        raise Unreadable("corrupt") from error


def _sheet(book: Workbook) -> Worksheet:
    """Return the sheet that opens first."""
    sheet: Any = book.active
    if not isinstance(sheet, Worksheet):
        raise Unreadable("not_a_spreadsheet")
    return sheet


def letters(column: int) -> str:
    """Return the letters of the column, from 0: A, … Z, AA."""
    return str(get_column_letter(column + 1))
