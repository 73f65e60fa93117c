"""Fill a foreign Excel workbook: rows are written below its headings, and the rest of it stays.

The rows are written into the XML of the sheet itself. A library that reads a workbook and saves it again drops the
parts that it does not know: drop-downs of newer versions of Excel, shapes, slicers. A form that a filling would break
is refused.
"""

import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace

from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import Translator, TranslatorError
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, to_excel

from academy.tables import headings
from academy.tables.compound import MAGIC
from academy.tables.form_package import FormPackage
from academy.tables.form_sheet import FormCell, FormRow, FormSheet
from academy.tables.form_styles import FormStyles
from academy.tables.markup import escape, escape_signs, get, put
from academy.tables.package import MOST_COLUMNS, Unreadable, check_package
from academy.tables.reading import HEADINGS_WITHIN, MOST_BYTES, Line, top_of
from academy.tables.shifting import Shift

Value = str | int | float | dt.date | None


def find_headings(data: bytes, words: headings.Words) -> tuple[int, dict[str, int]]:
    """Return the row of the headings, from 1, and the column, from 0, of each field that a heading names.

    Raises `Unreadable`, with `macros` or `signed` for a workbook that cannot be filled.
    """
    _check(data)
    lines = _top(data, HEADINGS_WITHIN)
    if not lines:
        raise Unreadable("empty")
    place, columns = headings.find([line.cells for line in lines], words, partly=True)
    return lines[place].number, columns


def texts_of(data: bytes, row: int) -> list[str]:
    """Return the texts of that row, from 1, without the empty cells at its end."""
    line = next((line for line in _top(data, row) if line.number == row), None)
    texts = [line.text(place) for place in range(len(line.cells))] if line else []
    while texts and not texts[-1]:
        texts.pop()
    return texts


def fill(data: bytes, *, first_row: int, rows: Sequence[Mapping[int, Value]]) -> bytes:
    """Return the workbook with `rows` written from `first_row` on, in the formats of that row.

    Each row holds values by column, from 0. The content of `first_row` is an example and is overwritten; its formulas
    are continued in columns without values. Content below a free line, for example a place to sign, moves down, and
    areas that cover the example, as tables and drop-downs, cover all rows. Raises `Unreadable` with `not_empty` if
    content right below the example would be lost, with `merged` if merged cells are in the way, and with `not_movable`
    if pictures, notes or charts would have to move.
    """
    _check(data)
    try:
        return _filled(FormPackage(data), first_row, rows or [{}])
    except (
        ValueError,
        ArithmeticError,
        LookupError,
        TokenizerError,
        TranslatorError,
    ) as error:  # of XML that is no sheet
        raise Unreadable("corrupt") from error


def _filled(form: FormPackage, first_row: int, rows: Sequence[Mapping[int, Value]]) -> bytes:
    sheet, styles = FormSheet(form.tokens(form.sheet.part)), FormStyles(form)
    places = sorted({place + 1 for values in rows for place in values}) or [1]
    listed = {*places, *sheet.columns_of(first_row - 1), *sheet.columns_of(first_row)}  # of the headings, the example
    shift = _make_room(sheet, form.sheet.name, first_row, first_row + len(rows) - 1, (min(listed), max(listed)))
    form.check_movable(shift)
    has_formulas = sheet.has_formulas
    sheet.move(shift)
    example = sheet.rows.get(first_row) or FormRow(f'<{sheet.prefix}row r="{first_row}">')
    writer = _Writer(form, sheet, styles, example, places)
    for number, values in enumerate(rows, first_row):
        writer.write(number, values)
    form.write(form.sheet.part, sheet.xml())
    styles.save()
    form.follow(shift, has_formulas=has_formulas)
    return form.packed()


def _make_room(sheet: FormSheet, name: str, first_row: int, last_row: int, columns: tuple[int, int]) -> Shift:
    """Return the way of the content below the first free line, which frees the rows to `last_row`."""
    filled = next((number for number, row in sheet.rows.items() if number > first_row and row.has_value), last_row + 1)
    shift = Shift(name, first_row, last_row, columns)
    if filled <= last_row:
        if filled == first_row + 1:
            raise Unreadable("not_empty")
        shift = replace(shift, below=filled, down=last_row + 2 - filled)  # one free line stays between
    for area in sheet.merged:
        moved = shift.area(area, grows=False)
        if area.top < shift.below <= area.bottom or (moved.bottom >= first_row and moved.top <= last_row):
            raise Unreadable("merged")
    return shift


class _Writer:
    """The rows of the records, written in the formats of the example."""

    def __init__(
        self, form: FormPackage, sheet: FormSheet, styles: FormStyles, example: FormRow, places: list[int]
    ) -> None:
        self.sheet, self.styles, self.tag = sheet, styles, example.tag
        self.epoch = CALENDAR_MAC_1904 if form.since_1904 else CALENDAR_WINDOWS_1900
        lent = {column: cell for column, cell in example.cells.items() if column <= MOST_COLUMNS}
        self.first_row = int(get(example.tag, "r") or 0)
        self.lent = {column: lent.get(column) for column in sorted({*places, *lent})}
        self.kept = {column: cell.formula for column, cell in lent.items() if cell.formula and column not in places}

    def write(self, number: int, values: Mapping[int, Value]) -> None:
        row = self.sheet.rows.setdefault(number, FormRow(put(self.tag, "r", str(number))))
        row.tag = put(row.tag, "hidden", None)  # a record is seen, though the example is not
        for attribute in ("ht", "customHeight"):
            if given := get(self.tag, attribute):
                row.tag = put(row.tag, attribute, given)
        for column, lender in self.lent.items():
            style = lender.style if lender else get(self.tag, "s") or self.sheet.column_style(column)
            if style is None and column in row.cells:
                style = row.cells[column].style
            row.cells[column] = self._cell(number, column, style, values.get(column - 1))

    def _cell(self, number: int, column: int, style: str | None, value: Value) -> FormCell:
        kind, content = None, ""
        prefix = self.sheet.prefix
        if column in self.kept:
            start, here = (f"{get_column_letter(column)}{row}" for row in (self.first_row, number))
            formula = str(Translator("=" + self.kept[column], start).translate_formula(here))[1:]
            content = f"<{prefix}f>{escape_signs(formula)}</{prefix}f>"
        elif isinstance(value, dt.date):
            dated = self.styles.for_dates(style)
            if dated is None:
                kind, content = "inlineStr", value.isoformat()
            else:
                style, content = dated, f"<{prefix}v>{to_excel(value, self.epoch)}</{prefix}v>"
        elif isinstance(value, int | float) and not self.styles.is_text(style):
            content = f"<{prefix}v>{value}</{prefix}v>"
        elif value is not None and value != "":
            kind, content = "inlineStr", str(value)  # a name that begins with "=" is no formula
        if kind:
            content = f'<{prefix}is><{prefix}t xml:space="preserve">{escape(content)}</{prefix}t></{prefix}is>'
        tag = put(put(f"<{prefix}c>", "s", style), "t", kind)
        return FormCell(column, [tag, content, f"</{prefix}c>"])


def _check(data: bytes) -> None:
    if len(data) > MOST_BYTES:
        raise Unreadable("too_big")
    if data.startswith(MAGIC):  # an .xls, or a workbook that Excel saved with a password
        raise Unreadable("locked")
    if not data.startswith(b"PK"):
        raise Unreadable("not_a_spreadsheet")
    check_package(data)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if any(name.endswith("vbaProject.bin") for name in package.namelist()):
            raise Unreadable("macros")
        if any(name.startswith("_xmlsignatures/") for name in package.namelist()):
            raise Unreadable("signed")


def _top(data: bytes, rows: int) -> list[Line]:
    """Return the first lines of the sheet that opens first."""
    return top_of(data, FormPackage(data).sheet.name, rows)


def letters(column: int) -> str:
    """Return the letters of the column, from 0: A, … Z, AA."""
    return str(get_column_letter(column + 1))
