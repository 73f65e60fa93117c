"""Spreadsheets as people have them: read to plain text cells, their columns guessed, days and durations understood.

Knows nothing of the product: what the columns mean to it is the caller's.
"""

import csv
import datetime as dt
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from openpyxl import load_workbook

MOST_BYTES = 5_000_000
MOST_UNPACKED = 60_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 60
HEADER_WITHIN = 12  # titles and remarks stand above it

Rows = list[list[str]]


class Unreadable(Exception):
    """`code`: `too_big`, `too_long`, `not_a_table`, `old_excel`, `empty`; of a workbook to be filled `macros`,
    `not_empty`, `merged`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read(name: str, data: bytes) -> Rows:
    """The cells of a CSV file, or of the first sheet of an XLSX file that has any, as text.

    Empty rows are kept, so that a row's place is its line in the file. Dates are ISO, times ``9:05``; of a formula,
    what it came to. Raises `Unreadable`.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable("too_big")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("old_excel")  # .xls, or an XLSX file under a password
    is_zip = data.startswith(b"PK")
    rows = _read_xlsx(data) if is_zip else _read_csv(data, PurePath(name).suffix.lower())
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise Unreadable("empty")
    if len(rows) > MOST_ROWS + HEADER_WITHIN:
        raise Unreadable("too_long")
    width = min(max(place for row in rows for place, cell in enumerate(row, 1) if cell), MOST_COLUMNS)
    return [(row + [""] * width)[:width] for row in rows]


def _read_csv(data: bytes, suffix: str) -> Rows:
    if suffix not in ("", ".csv", ".txt", ".tsv") or b"\0" in data:
        raise Unreadable("not_a_table")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Unreadable("not_a_table")
    head = text[:4000]
    delimiter = max(",;\t", key=head.count)
    try:
        # Excel's own line breaks inside of a cell stay there.
        return [[_tidy(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise Unreadable("not_a_table") from error


def _read_xlsx(data: bytes) -> Rows:
    check_package(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of styles that it does not know
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            for sheet in book.worksheets:
                rows = []
                for row in sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True):
                    rows.append([text_of(value) for value in row])
                    if len(rows) > MOST_ROWS + HEADER_WITHIN:
                        raise Unreadable("too_long")
                if any(any(row) for row in rows):
                    return rows
    except Unreadable:
        raise
    except Exception as error:  # whatever a broken file makes of the library
        raise Unreadable("not_a_table") from error
    raise Unreadable("empty")


def check_package(data: bytes) -> None:
    """Raises `Unreadable` for what is no XLSX workbook, or would unpack to more than there is room for."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable("not_a_table") from error
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable("too_big")
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise Unreadable("not_a_table")


def text_of(value: Any) -> str:
    """A cell's value as people read it."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "minutes")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return f"{value.hour}:{value.minute:02}"
    if isinstance(value, dt.timedelta):
        minutes = int(value.total_seconds() // 60)
        return f"{minutes // 60}:{minutes % 60:02}"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return _tidy(str(value))


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


# What the columns are


def guess(rows: Rows, words: Mapping[str, Sequence[str]]) -> tuple[int, dict[str, int]]:
    """The row that looks most like the headings, and the column of each field that `words` recognises in it.

    `words`: for each field what its heading may say, the surest first; a heading that is one beats one that holds one.
    """
    best: tuple[int, dict[str, int]] = (0, {})
    for place, row in enumerate(rows[:HEADER_WITHIN]):
        found = _columns(row, words)
        if len(found) > len(best[1]):
            best = place, found
    return best


def _columns(row: Sequence[str], words: Mapping[str, Sequence[str]]) -> dict[str, int]:
    headings = [re.sub(r"[\s*:]|\(.*?\)", "", cell.lower()) for cell in row]
    found: dict[str, int] = {}
    for fits in (lambda heading, word: heading == word, lambda heading, word: word in heading):
        for name, said in words.items():
            if name in found:
                continue
            for word in said:
                free = (n for n, text in enumerate(headings) if text and n not in found.values() and fits(text, word))
                column = next(free, None)
                if column is not None:
                    found[name] = column
                    break
    return found


# What stands in them

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_CLOCK = re.compile(r"(\d{1,2})[:点时](\d{2})?")
_HOURS = re.compile(r"(?:(\d+(?:\.\d+)?)(?:个?小时|个?钟头|hours?|hrs?|h))?(?:(\d+)(?:分钟|分|minutes?|mins?|m))?")
_SERIAL_DAY_ZERO = dt.date(1899, 12, 30)  # as spreadsheets count days


def day_of(text: str) -> dt.date | None:
    """``2025-03-01``, ``2025/3/1``, ``2025年3月1日``, ``20250301``, or a spreadsheet's own number; else None."""
    if match := _DAY.match(text):
        year, month, day = map(int, match.groups())
    elif re.fullmatch(r"\d{8}", text):
        year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    elif re.fullmatch(r"[2-7]\d{4}", text):
        return _SERIAL_DAY_ZERO + dt.timedelta(days=int(text))
    else:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def minutes_of(text: str, *, in_minutes: bool = False) -> int | None:
    """``3``, ``3.5``, ``3小时30分``, ``210分钟``, ``3:30``, ``9:00-12:30`` as whole minutes; else None.

    Cut and never rounded up (H1). `in_minutes`: a bare number says minutes, not hours.
    """
    text = re.sub(r"\s", "", text.lower())
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return int(Decimal(text) * (1 if in_minutes else 60))
    if match := re.fullmatch(r"(\d{1,3}):([0-5]\d)(?::[0-5]\d)?", text):
        return 60 * int(match[1]) + int(match[2])
    if match := re.fullmatch(r"(\d{1,2}:\d{2})(?:[-–—~]+|[到至])(\d{1,2}:\d{2})", text):
        return between(match[1], match[2])
    match = _HOURS.fullmatch(text)
    if match and (match[1] or match[2]):
        return int(Decimal(match[1] or 0) * 60) + int(match[2] or 0)
    return None


def between(start: str, end: str) -> int | None:
    """The minutes between two times of one day, ``9:00`` and ``11:30``; else None."""
    clocks = [_clock(text) for text in (start, end)]
    if clocks[0] is None or clocks[1] is None or clocks[1] <= clocks[0]:
        return None
    return clocks[1] - clocks[0]


def _clock(text: str) -> int | None:
    found = _CLOCK.search(text)
    if not found or int(found[1]) > 24 or int(found[2] or 0) > 59:
        return None
    return 60 * int(found[1]) + int(found[2] or 0)


def letters(column: int) -> str:
    """What a spreadsheet calls the column: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
