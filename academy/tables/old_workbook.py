"""A workbook of Excel 97 to 2003 (.xls): its sheets, their layouts, and their rows.

The records of a sheet are read one by one, in the order of the file and within the limits of `package`. A formula is
not read, as in newer workbooks: a `Formula` stands in its cell.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from academy.tables.cells import Cell, Formula
from academy.tables.compound import Compound
from academy.tables.package import MOST_COLUMNS, MOST_MERGED, MOST_SHEETS, Area, Layout, Unreadable, check_cells
from academy.tables.records import BIFF8, Kind, Records, SharedTexts, decoded, packed_number, text_at, unpacked

_MOST_RECORDS = 1_000_000  # of all sheets together, each read twice
_ONE_CELL = {Kind.NUMBER, Kind.RK, Kind.LABELSST, Kind.LABEL, Kind.RSTRING, Kind.BOOLERR, Kind.FORMULA}
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_CHINESE_DATES = {*range(27, 37), *range(50, 59)}  # formats that a Chinese Excel knows by number: 2026年3月1日
_EXACT = 10**15  # whole numbers below have all their digits
_HIDDEN_ROW, _HIDDEN_COLUMN = 0x20, 0x01
_SIGN_OF_A_FORMULA = "=…"


@dataclass(frozen=True)
class _Sheet:
    name: str
    start: int
    is_hidden: bool


class OldWorkbook:
    """A workbook that is open.

    Raises `Unreadable` with `locked`, `not_a_spreadsheet`, `corrupt`, `zip_bomb`.
    """

    def __init__(self, content: bytes, times: int = 1) -> None:
        self.records = Records(_stream_of(content), _MOST_RECORDS * times)
        self.since_1904 = False
        self.texts: list[str] = []
        self.formats: dict[int, str] = {}
        self.styles: list[int] = []  # the format of each style
        self.sheets: dict[str, _Sheet] = {}
        self._read_globals()
        self.shown_as = [self._kind_of(one) for one in self.styles]
        self.layouts: dict[str, Layout] = {}
        for name, sheet in self.sheets.items():
            self.layouts[name] = self._layout(sheet)
            check_cells(sum(layout.cells for layout in self.layouts.values()), times)

    def rows(self, name: str) -> Iterator[list[Cell]]:
        """Yield the cells of each row, from the first one of the sheet to the last one with a value."""
        width = min(self.layouts[name].last_column, MOST_COLUMNS)
        number, cells = 0, _empty(width)
        for kind, data in self.records.of_part(self.sheets[name].start):
            for row, column, value in self._values(kind, data):
                if row < number:
                    raise Unreadable("corrupt")  # rows out of order would be passed over
                while number < row:
                    yield cells
                    number, cells = number + 1, _empty(width)
                if column < width:
                    cells[column] = value
        yield cells

    def _read_globals(self) -> None:
        texts: list[bytes] = []
        for kind, data in self.records.since(0):
            is_further = kind == Kind.CONTINUE and texts
            if is_further or kind == Kind.SST:
                texts.append(data)
                continue
            if texts:
                self.texts, texts = SharedTexts(texts).all(), []
            if kind == Kind.EOF:
                return
            if kind == Kind.FILEPASS or (kind == Kind.BOF and unpacked("<H", data)[0] != BIFF8):
                raise Unreadable("locked")
            if kind == Kind.DATEMODE:
                self.since_1904 = unpacked("<H", data)[0] == 1
            elif kind == Kind.FORMAT:
                self.formats[unpacked("<H", data)[0]] = text_at(data, 2)
            elif kind == Kind.XF:
                self.styles.append(unpacked("<H", data, 2)[0])
            elif kind == Kind.BOUNDSHEET:
                self._add_sheet(data)

    def _add_sheet(self, data: bytes) -> None:
        start, state, kind, length, flags = unpacked("<IBBBB", data)
        if kind != 0:
            return  # a chart or a macro
        if len(self.sheets) >= MOST_SHEETS:
            raise Unreadable("zip_bomb")
        if any(one.start == start for one in self.sheets.values()):
            raise Unreadable("corrupt")  # it would be read once for each
        name = decoded(data[8:], length, is_wide=bool(flags & 1))
        self.sheets[name] = _Sheet(name, start, state & 3 != 0)

    def _kind_of(self, number: int) -> str:
        """Return what a format makes of a number: `span`, `date`, `percent`, or an empty text."""
        if number in _CHINESE_DATES and number not in self.formats:
            return "date"
        code = self.formats.get(number) or BUILTIN_FORMATS.get(number, "General")
        if is_timedelta_format(code):
            return "span"
        return "date" if is_date_format(code) else "percent" if "%" in code else ""

    # A sheet

    def _layout(self, sheet: _Sheet) -> Layout:
        layout = Layout(is_hidden=sheet.is_hidden)
        for kind, data in self.records.of_part(sheet.start):
            if kind in _ONE_CELL:
                row, first = unpacked("<HH", data)
                _note(layout, row, first, first)
            elif kind == Kind.MULRK:
                row, first = unpacked("<HH", data)
                _note(layout, row, first, first + _count_of(data) - 1)
            elif kind == Kind.ROW:
                if unpacked("<H", data, 12)[0] & _HIDDEN_ROW:
                    layout.hidden_rows.add(unpacked("<H", data)[0] + 1)
            elif kind == Kind.COLINFO:
                first, last, _width, _style, flags = unpacked("<HHHHH", data)
                if flags & _HIDDEN_COLUMN:
                    layout.hidden_columns.update(range(first + 1, min(last + 1, MOST_COLUMNS) + 1))
            elif kind == Kind.MERGEDCELLS:
                layout.merged += _areas_of(data)
                if len(layout.merged) > MOST_MERGED:
                    raise Unreadable("zip_bomb")
        return layout

    def _values(self, kind: int, data: bytes) -> Iterator[tuple[int, int, Cell]]:
        """Yield row, column (both from 0) and value of each cell in a record."""
        if kind in _ONE_CELL:
            row, column, style = unpacked("<HHH", data)
            yield row, column, self._value(kind, data, style)
        elif kind == Kind.MULRK:
            row, first = unpacked("<HH", data)
            for place in range(_count_of(data)):
                style, packed = unpacked("<HI", data, 4 + 6 * place)
                yield row, first + place, self._shown(packed_number(packed), style)

    def _value(self, kind: int, data: bytes, style: int) -> Cell:
        if kind == Kind.LABELSST:
            number = int(unpacked("<I", data, 6)[0])
            if number >= len(self.texts):
                raise Unreadable("corrupt")
            text: str = self.texts[number]
            return text
        if kind == Kind.RK:
            return self._shown(packed_number(unpacked("<I", data, 6)[0]), style)
        if kind == Kind.NUMBER:
            return self._shown(unpacked("<d", data, 6)[0], style)
        if kind == Kind.FORMULA:
            return Formula(_SIGN_OF_A_FORMULA)
        if kind == Kind.BOOLERR:
            value, is_error = unpacked("<BB", data, 6)
            return _ERRORS.get(value, "#N/A") if is_error else bool(value)
        return text_at(data, 6)

    def _shown(self, number: float, style: int) -> Cell:
        """Return the number as its format shows it: a moment, a length of time, a share, or itself."""
        kind = self.shown_as[style] if style < len(self.shown_as) else ""
        if kind == "percent":
            return f"{number:.2%}"
        if kind:
            epoch = CALENDAR_MAC_1904 if self.since_1904 else CALENDAR_WINDOWS_1900
            try:
                moment: dt.datetime | dt.time | dt.timedelta = from_excel(number, epoch, timedelta=kind == "span")
            except (OverflowError, ValueError):
                return "#VALUE!"
            return moment
        return int(number) if number.is_integer() and abs(number) < _EXACT else number


def _stream_of(content: bytes) -> bytes:
    """Return the stream of the workbook. One in an encrypted package, or of Excel 95, is `locked`."""
    file = Compound(content)
    stream = file.stream("Workbook")
    if stream is None:
        is_locked = any(one.name in ("EncryptedPackage", "Book") for one in file.entries)
        raise Unreadable("locked" if is_locked else "not_a_spreadsheet")
    return stream


def _empty(width: int) -> list[Cell]:
    return [None] * width


def _note(layout: Layout, row: int, first: int, last: int) -> None:
    """Note the cells of a record in the layout."""
    layout.cells += last - first + 1
    layout.lines += layout.last_row != row + 1
    layout.last_row = row + 1
    layout.last_column = max(layout.last_column, last + 1)


def _count_of(data: bytes) -> int:
    """Return the number of cells in a record of several."""
    return max((len(data) - 6) // 6, 0)


def _areas_of(data: bytes) -> list[Area]:
    (count,) = unpacked("<H", data)
    places = (unpacked("<HHHH", data, 2 + 8 * number) for number in range(count))
    return [Area(top + 1, left + 1, bottom + 1, right + 1) for top, bottom, left, right in places]
