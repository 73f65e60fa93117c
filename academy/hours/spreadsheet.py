"""Reading a spreadsheet of past service: its lines, what its columns seem to be, dates and times as people write them.

Pure: no Django, no clock. A file that cannot be trusted is refused with a code (`Unreadable`), never half read.
"""

import csv
import datetime as dt
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from openpyxl import load_workbook

MOST_BYTES = 5_000_000
MOST_LINES = 5_000
MOST_COLUMNS = 60
_MOST_UNPACKED = 60_000_000  # bytes of a workbook's parts together: more is a zip bomb
_MOST_PARTS = 500
_MOST_ROWS = 100_000  # empty ones too
_LONGEST_CELL = 2_000  # characters
_HEADER_WITHIN = 15  # lines

Cell = str | int | float | bool | dt.date | dt.time | dt.timedelta | None

# What a column may hold, with how people name it. Compared in lower case, without spaces, marks and what is bracketed.
FIELDS: dict[str, tuple[str, ...]] = {
    "number": ("志愿者编号", "编号", "志愿者号", "志愿者号码", "注册编号", "volunteernumber", "volunteerno", "number"),
    "name": ("姓名", "志愿者姓名", "志愿者", "名字", "参加人", "服务人员", "name", "volunteer", "volunteername"),
    "phone": ("手机", "手机号", "手机号码", "电话", "电话号码", "联系电话", "联系方式", "phone", "mobile", "telephone"),
    "date": ("日期", "服务日期", "活动日期", "参加日期", "date", "day", "servicedate"),
    "hours": (
        *("服务时长", "服务时间", "时长", "志愿服务时长", "志愿服务时间", "活动时长", "工时", "时数", "服务工时"),
        *("小时", "小时数", "服务小时", "服务小时数", "分钟", "分钟数", "服务分钟数", "hours", "minutes", "duration"),
    ),
    "begins": ("开始时间", "起始时间", "签到时间", "开始", "到达时间", "start", "begin", "starttime", "from"),
    "ends": ("结束时间", "终止时间", "签退时间", "结束", "离开时间", "end", "endtime", "until"),
    "title": (
        "活动名称",
        "项目名称",
        "活动",
        "项目",
        "活动主题",
        "活动项目",
        "服务项目",
        "activity",
        "project",
        "title",
    ),
    "place": ("地点", "活动地点", "服务地点", "地址", "活动地址", "place", "location", "venue"),
    "content": ("服务内容", "内容", "活动内容", "工作内容", "content", "servicecontent", "description"),
    "organiser": (
        *("组织者", "组织单位", "主办单位", "主办方", "活动组织者", "发起单位", "组织方"),
        *("organiser", "organizer", "organisation", "organization"),
    ),
}
_FIELD_OF = {name: field for field, names in FIELDS.items() for name in names}
_SUM = re.compile(r"(?:[合总小共] ?计|total|subtotal)(?![^\W\d_])", re.IGNORECASE)  # and no further letter


class Unreadable(Exception):
    """This file is not read, for the reason in `code`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Line:
    """A line of the file that is not empty; `number` as the spreadsheet program counts."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, column: int | None) -> Cell:
        return self.cells[column] if column is not None and 0 <= column < len(self.cells) else None

    def text(self, column: int | None) -> str:
        return text_of(self.cell(column))

    @property
    def is_sum(self) -> bool:
        """合计 and the like under the list: nobody's service."""
        first = next((text for cell in self.cells if (text := text_of(cell))), "")
        return _SUM.match(first) is not None


@dataclass(frozen=True)
class Guess:
    """What the file seems to be: the line of the headers (its number), and which column holds what."""

    header: int
    columns: Mapping[str, int]
    in_minutes: bool  # a bare number in the column of hours is minutes


def read(content: bytes, name: str) -> list[Line]:
    """The lines of a CSV or XLSX file that are not empty.

    Raises `Unreadable` with `empty`, `too_big`, `too_long`, `locked`, `not_a_spreadsheet`, `zip_bomb`, `corrupt`,
    `encoding`.
    """
    if not content:
        raise Unreadable("empty")
    if len(content) > MOST_BYTES:
        raise Unreadable("too_big")
    if content.startswith(b"\xd0\xcf\x11\xe0"):  # the old .xls, and what Excel makes of a workbook with a password
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


def guess(lines: Iterable[Line]) -> Guess:
    """Which of the first lines names the columns, the fields it names, and the unit of its hours."""
    first = list(lines)[:_HEADER_WITHIN]
    best = Guess(first[0].number if first else 1, {}, False)
    for line in first:
        columns: dict[str, int] = {}
        for place, cell in enumerate(line.cells):
            field = _FIELD_OF.get(_header(cell)) if isinstance(cell, str) else None
            if field is not None:
                columns.setdefault(field, place)
        if len(columns) > max(1, len(best.columns)):
            said = line.text(columns.get("hours")).lower()
            best = Guess(line.number, columns, "分钟" in said or "min" in said)
    return best


def text_of(cell: Cell) -> str:
    """What a cell says, in one line: full-width letters and digits as usual ones, spaces trimmed."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        cell = cell.date()
    return " ".join(unicodedata.normalize("NFKC", str(cell)).split())


def is_formula(cell: Cell) -> bool:
    """Whether the cell holds how to calculate something instead of what came out."""
    return isinstance(cell, _Formula)


_DATE = re.compile(r"(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})\s*日?(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_EPOCH = dt.date(1899, 12, 30)  # day 0 of Excel's calendar, as all but the first two months of 1900 see it
_SERIALS = range(20_000, 80_000)  # 1954 to 2119: no year, no eight digits


def parse_date(cell: Cell) -> dt.date | None:
    """A date, also written as 2025-03-01, 2025/3/1, 2025.3.1, 2025年3月1日, 20250301, or Excel's number of the day."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, bool | dt.time | dt.timedelta):
        return None
    text = text_of(cell)
    found = _DATE.match(text) or _COMPACT.fullmatch(text)
    if found:
        try:
            return dt.date(*map(int, found.groups()))
        except ValueError:
            return None
    number = _number(text)
    return _EPOCH + dt.timedelta(days=int(number)) if number is not None and int(number) in _SERIALS else None


_SPOKEN = re.compile(
    r"(?:(?P<hours>\d+(?:\.\d+)?)\s*(?:个?半?小时|个?钟头|时|hours?|hrs?|h))?\s*"
    r"(?:(?P<minutes>\d+(?:\.\d+)?)\s*(?:分钟?|minutes?|mins?|m))?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d{1,3}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?")


def parse_minutes(cell: Cell, *, in_minutes: bool = False) -> int | None:
    """How long, in whole minutes, cut and never rounded up (H1): 3, 3.5, 3小时30分, 210分钟, 3:30, Excel's own times.

    A bare number is hours, or minutes where the column says so.
    """
    if isinstance(cell, bool | dt.date):
        return None
    if isinstance(cell, dt.timedelta):
        return int(cell.total_seconds() // 60)
    if isinstance(cell, dt.time):
        return 60 * cell.hour + cell.minute
    text = text_of(cell)
    if (number := _number(text)) is not None:
        return int(number if in_minutes else number * 60)
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return 60 * hours + minutes if minutes < 60 and seconds < 60 else None
    if text == "半小时":
        return 30
    spoken = _SPOKEN.fullmatch(text)
    if not text or spoken is None:
        return None
    total = Decimal(spoken["hours"] or 0) * 60 + Decimal(spoken["minutes"] or 0)
    return int(total + (30 if "半小时" in text else 0))


_TIME = re.compile(r"(?:^|\s)(\d{1,2})(?::(\d{2})(?::(\d{2}))?|[点时](?:(\d{1,2})分?)?)$")


def parse_clock(cell: Cell) -> int | None:
    """A time of day in minutes after midnight: 9:00, 9点30分, 2025-03-01 9:00, 24:00, or Excel's part of a day."""
    if isinstance(cell, dt.datetime | dt.time):
        return 60 * cell.hour + cell.minute
    if isinstance(cell, bool | dt.date | dt.timedelta):
        return None
    text = text_of(cell)
    if (number := _number(text)) is not None:
        # Excel's 9:20 is 0.38888…: a second more, so that it is not cut to 9:19.
        return int((number * 86_400 + Decimal("0.5")) // 60) if 0 <= number < 1 else None
    found = _TIME.search(text)
    if found is None:
        return None
    minutes = 60 * int(found[1]) + int(found[2] or found[4] or 0)
    return minutes if minutes <= 24 * 60 and int(found[2] or found[4] or 0) < 60 else None


# Files


class _Formula(str):
    """The text of a formula."""


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
    head = text.splitlines()[:_HEADER_WITHIN]
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
    look_into(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that openpyxl does not know
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            # Those that a person sees; of several the first that has anything.
            for sheet in sheets:
                rows = _rows(sheet)
                if any(any(map(text_of, cells)) for _number, cells in rows):
                    break
            book.close()
    except Unreadable:
        raise
    except Exception as error:  # whatever openpyxl stumbles over: KeyError, ValueError, a parser's own
        raise Unreadable("corrupt") from error
    yield from rows if sheets else ()


def _rows(sheet: object) -> list[tuple[int, list[Cell]]]:
    rows: list[tuple[int, list[Cell]]] = []
    filled = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):  # type: ignore[attr-defined]
        if number > _MOST_ROWS:
            raise Unreadable("too_long")
        cells = [_Formula(cell.value) if cell.data_type == "f" else cell.value for cell in row]
        if any(cell is not None for cell in cells):
            filled += 1
            rows.append((number, cells))
        if filled > MOST_LINES + 1:
            raise Unreadable("too_long")
    return rows


def look_into(content: bytes) -> None:
    """Before anything is unpacked: that it is a workbook, how much it would be, and that nothing in it expands.

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


def _header(cell: str) -> str:
    plain = re.sub(r"[(\[【].*?[)\]】]", "", unicodedata.normalize("NFKC", cell)).lower()
    return re.sub(r"[\s*:_\-/.]", "", plain)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**9 else None
