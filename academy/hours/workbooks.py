"""Filling somebody else's Excel workbook: what is there stays, rows are written below its headings."""

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from academy.hours.spreadsheet import MOST_BYTES, MOST_COLUMNS, Unreadable, look_into, text_of

HEADER_WITHIN = 15  # rows: titles and remarks stand above the headings
Value = str | int | float | dt.date | None


def headings(data: bytes, words: Mapping[str, Sequence[str]]) -> tuple[int, list[str], dict[str, int]]:
    """The row of the headings, from 1; what they say; and the column, from 0, of each field that is recognised.

    `words`: for each field what its heading may say, the surest first; a heading that is one beats one that holds one.
    Raises `Unreadable`, with `macros` for a workbook that has some: they would be lost.
    """
    sheet = _sheet(_open(data))
    rows = [
        [text_of(value) for value in row]
        for row in sheet.iter_rows(max_row=HEADER_WITHIN, max_col=MOST_COLUMNS, values_only=True)
    ]
    if not any(any(row) for row in rows):
        raise Unreadable("empty")
    found = [_recognised(row, words) for row in rows]
    place = max(range(len(rows)), key=lambda row: (len(found[row]), -row))
    return place + 1, texts_of(data, place + 1), found[place]


def _recognised(row: Sequence[str], words: Mapping[str, Sequence[str]]) -> dict[str, int]:
    said = [re.sub(r"[\s*:]|\(.*?\)", "", cell.lower()) for cell in row]
    found: dict[str, int] = {}
    for fits in (str.__eq__, str.__contains__):
        for name, known in words.items():
            for word in known if name not in found else ():
                free = (n for n, text in enumerate(said) if text and n not in found.values() and fits(text, word))
                if (column := next(free, None)) is not None:
                    found[name] = column
                    break
    return found


def texts_of(data: bytes, row: int) -> list[str]:
    """What stands in that row, from 1, without the empty cells at its end."""
    sheet = _sheet(_open(data))
    cells = [text_of(cell.value) for cell in sheet[row]][:MOST_COLUMNS]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def fill(data: bytes, *, first_row: int, rows: Sequence[Mapping[int, Value]]) -> bytes:
    """The workbook with `rows`, values by column from 0, written from `first_row` on, which lends them its formats.

    What stands in that row is an example and gives way. What stands below a free line, a place to sign say, makes room
    and moves down. Raises `Unreadable`: `not_empty` where something follows the example at once that would be lost,
    `merged` where cells are joined in the way.
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
    """Moves what stands below the first free line after the example down, so that rows up to `last_row` have room."""
    filled = [
        number
        for number, values in enumerate(sheet.iter_rows(min_row=first_row + 1, values_only=True), first_row + 1)
        if any(value is not None and value != "" for value in values)
    ]
    if not filled or filled[0] > last_row:
        return
    if filled[0] == first_row + 1:
        raise Unreadable("not_empty")
    below, bottom, down = filled[0], sheet.max_row, last_row + 2 - filled[0]  # a free line stays between
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
    as_text = cell.number_format == "@"  # the column is meant for text: numbers and dates go in as such
    if value is None or value == "":
        cell.value = None
    elif isinstance(value, dt.date):
        cell.value = value.isoformat() if as_text else value
        if not as_text and cell.number_format == "General":
            cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, str):
        cell.value = value
        cell.data_type = "s"  # a name that begins with = is no formula
    else:
        cell.value = str(value) if as_text else value


def _open(data: bytes) -> Workbook:
    if len(data) > MOST_BYTES:
        raise Unreadable("too_big")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("locked")
    if not data.startswith(b"PK"):
        raise Unreadable("not_a_spreadsheet")
    look_into(data)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if any(name.endswith("vbaProject.bin") for name in package.namelist()):
            raise Unreadable("macros")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(io.BytesIO(data))
    except Exception as error:  # whatever a broken file makes of the library
        raise Unreadable("corrupt") from error


def _sheet(book: Workbook) -> Worksheet:
    """The one that opens first."""
    sheet: Any = book.active
    if not isinstance(sheet, Worksheet):
        raise Unreadable("not_a_spreadsheet")
    return sheet


def letters(column: int) -> str:
    """What a spreadsheet calls the column, from 0: A, … Z, AA."""
    name: str = get_column_letter(column + 1)
    return name
