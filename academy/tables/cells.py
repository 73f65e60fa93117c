"""Parse one cell: text, a date, a length of time or a time of day, as people and programs write it."""

import datetime as dt
import re
import unicodedata
from decimal import Decimal, InvalidOperation

Cell = str | int | float | bool | dt.date | dt.time | dt.timedelta | None


class Formula(str):
    """The text of a formula, which stands in the cell instead of its result."""


def text_of(cell: Cell) -> str:
    """Return the cell's text in one line, with half-width letters and digits, and without outer spaces."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        cell = cell.date()
    return " ".join(unicodedata.normalize("NFKC", str(cell)).split())


def is_formula(cell: Cell) -> bool:
    """Return whether the cell holds a formula instead of its result."""
    return isinstance(cell, Formula)


_DATE = re.compile(r"(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})\s*日?(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_EPOCH = dt.date(1899, 12, 30)  # day 0 of Excel's calendar, as all but the first two months of 1900 see it
_SERIALS = range(20_000, 80_000)  # 1954 to 2119: neither a bare year nor a date of eight digits


def parse_date(cell: Cell) -> dt.date | None:
    """Return the date in a cell.

    Accepted are 2025-03-01, 2025/3/1, 2025.3.1, 2025年3月1日, 20250301, and Excel's number of the day.
    """
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
    """Return a length of time in whole minutes, cut and never rounded up (H1).

    Accepted are 3, 3.5, 3小时30分, 210分钟, 3:30 and Excel's own times. A bare number counts hours, or minutes with
    `in_minutes`.
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
    """Return a time of day in minutes after midnight.

    Accepted are 9:00, 9点30分, 2025-03-01 9:00, 24:00, and Excel's part of a day.
    """
    if isinstance(cell, dt.datetime | dt.time):
        return 60 * cell.hour + cell.minute
    if isinstance(cell, bool | dt.date | dt.timedelta):
        return None
    text = text_of(cell)
    if (number := _number(text)) is not None:
        # Excel's 9:20 is 0.38888…: half a second more keeps it from being cut to 9:19.
        return int((number * 86_400 + Decimal("0.5")) // 60) if 0 <= number < 1 else None
    found = _TIME.search(text)
    if found is None:
        return None
    minutes = 60 * int(found[1]) + int(found[2] or found[4] or 0)
    return minutes if minutes <= 24 * 60 and int(found[2] or found[4] or 0) < 60 else None


_TYPED_CLOCK = re.compile(r"(\d{1,2})\s*[:：.．点时h]?\s*(\d{2})分?", re.IGNORECASE)


def parse_typed_clock(text: str) -> int | None:
    """Return a time of day in minutes after midnight, as a person types it: ``905``, ``9:05`` or ``9点05``.

    The end of a day is 24:00. Unlike in a cell, a bare number is no part of a day.
    """
    found = _TYPED_CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute = map(int, found.groups())
    return 60 * hour + minute if minute < 60 and 60 * hour + minute <= 24 * 60 else None


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**9 else None
