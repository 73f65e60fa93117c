"""Parse one cell: text, a date, a length of time or a time of day, as people and programs write it.

A cell that is not exactly one date, one length or one time of day is none at all: no part of it is dropped in silence.
"""

import datetime as dt
import math
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

Cell = str | int | float | bool | dt.date | dt.time | dt.timedelta | None

LOCAL = ZoneInfo("Asia/Shanghai")  # the zone of all local dates (H3)


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


_ERROR = re.compile(r"#(?:N/A|[A-Z]+[!?]|DIV/0!|GETTING_DATA)", re.IGNORECASE)


def is_error(cell: Cell) -> bool:
    """Return whether the cell holds the error of a calculation, as #N/A or #REF!."""
    return isinstance(cell, str) and _ERROR.fullmatch(cell.strip()) is not None


def exact_milliseconds(number: float | Decimal, unit: int) -> int:
    """Return `number` times `unit` seconds in whole milliseconds.

    A float is the result of a calculation and holds binary noise (a program's 3 hours are 2.9999999999999996), so it is
    rounded to the nearest one. A decimal is what a person wrote, so it is cut.
    """
    if isinstance(number, float):
        return round(number * unit * 1_000)
    return int(number * unit * 1_000)


# Dates

_DATE = re.compile(r"(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})(?!\d)\s*[日号]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_WEEKDAYS = (*"一二三四五六日", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(
    r"\s*\(?(?:(?:星期|周|礼拜)(?P<day>[一二三四五六日天])|(?P<english>mon|tue|wed|thu|fri|sat|sun)[a-z]*)\)?", re.I
)
_YEARLESS = re.compile(r"(?:\d{4}\s*[-/.年])?\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?")
_EPOCH = dt.date(1899, 12, 30)  # day 0 of Excel's calendar, as all but the first two months of 1900 see it
_EPOCH_1904 = dt.date(1904, 1, 1)  # day 0 of workbooks from a Macintosh
_SERIALS = range(20_000, 80_000)  # 1954 to 2119: neither a bare year nor a date of eight digits
# The days that programs write beside a time of day that has no date.
_NO_DAY = {(1899, 12, 30), (1899, 12, 31), (1900, 1, 0), (1904, 1, 1)}


def parse_date(cell: Cell, *, since_1904: bool = False) -> dt.date | None:
    """Return the date in a cell that names exactly one.

    Accepted are 2025-03-01, 2025/3/1, 2025.3.1, 2025年3月1日, 20250301, and Excel's number of the day, which counts
    from 1904 with `since_1904`. A weekday and times of that day may follow. A time with a zone gives the date in
    Shanghai.
    """
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, bool | dt.time | dt.timedelta):
        return None
    text = text_of(cell)
    if compact := _COMPACT.fullmatch(text):
        return _date(compact)
    if found := _DATE.match(text):
        day, rest = _date(found), _after_date(text, found.end())
        if day is None or not _fits_weekday(day, text, found.end()):
            return None
        if zoned := _zoned(day, rest):
            return zoned.date()
        return day if _TIMES.fullmatch(rest) else None
    number = cell if isinstance(cell, float) else _number(text)
    return None if number is None else _day_of(number, since_1904=since_1904)


def contradicts_its_weekday(cell: Cell) -> bool:
    """Return whether a cell that `parse_date` refuses names a date and the weekday of another one."""
    text = text_of(cell)
    found = _DATE.match(text)
    day = _date(found) if found else None
    return found is not None and day is not None and not _fits_weekday(day, text, found.end())


def names_time_beside_date(cell: Cell) -> bool:
    """Return whether a cell that `parse_date` accepts names a time of that day too."""
    found = _DATE.match(text := text_of(cell))
    return found is not None and _after_date(text, found.end()) != ""


def names_several_days(cell: Cell) -> bool:
    """Return whether a cell that `parse_date` refuses names more than one day, as 3月1日、8日 or 2025.3.1-3.5."""
    found = _YEARLESS.match(text := text_of(cell))
    return found is not None and re.search(r"\d|[至到起]", re.sub(_TIME, "", text[found.end() :])) is not None


def _date(found: re.Match[str]) -> dt.date | None:
    try:
        return dt.date(*map(int, found.groups()[:3]))
    except ValueError:
        return None


def parse_weekday(text: str) -> int | None:
    """Return the weekday that a text names, 0 for Monday, as 周六, 礼拜天 or Sat."""
    found = _WEEKDAY.fullmatch(text)
    return None if found is None else _index_of(found)


def _index_of(found: re.Match[str]) -> int:
    return _WEEKDAYS.index((found["day"] or found["english"]).lower().replace("天", "日")) % 7


def _fits_weekday(day: dt.date, text: str, end: int) -> bool:
    found = _WEEKDAY.match(text, end)
    return found is None or _index_of(found) == day.weekday()


def _after_date(text: str, end: int) -> str:
    """Return the text after a date and its weekday; a letter T before the time is kept."""
    rest = text[end:]
    if weekday := _WEEKDAY.match(rest):
        rest = rest[weekday.end() :]
    return rest.strip()


def _day_of(number: float | Decimal, *, since_1904: bool) -> dt.date | None:
    """Return the date that has this number in Excel's calendar."""
    if isinstance(number, float) and not math.isfinite(number):
        return None
    days = exact_milliseconds(number, 86_400) // 86_400_000
    day = (_EPOCH_1904 - _EPOCH).days * since_1904 + days
    return _EPOCH + dt.timedelta(days=day) if day in _SERIALS else None


# Lengths of time

_SPOKEN = re.compile(
    r"(?:(?P<hours>\d+(?:\.\d+)?)\s*(?:个?半?小时|个?钟头|时|hours?|hrs?|h))?\s*"
    r"(?:(?P<minutes>\d+(?:\.\d+)?)\s*(?:分钟?|minutes?|mins?|m))?",
    re.IGNORECASE,
)
_LENGTH = re.compile(r"(\d{1,3}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?")


def parse_minutes(cell: Cell, *, in_minutes: bool = False) -> int | None:
    """Return a length of time in whole minutes, cut and never rounded up (H1).

    Accepted are 3, 3.5, 3小时30分, 210分钟, 3:30 and Excel's own times. A bare number counts hours, or minutes with
    `in_minutes`. Only the binary noise of a calculated number is rounded away before it is cut.
    """
    unit = 60 if in_minutes else 3_600
    if isinstance(cell, float):
        return exact_milliseconds(cell, unit) // 60_000 if abs(cell) < _TOO_MUCH else None
    if isinstance(cell, bool | dt.date):
        return None
    if isinstance(cell, dt.time):
        cell = dt.datetime.combine(dt.date.min, cell) - dt.datetime.min
    if isinstance(cell, dt.timedelta):
        return exact_milliseconds(cell.total_seconds(), 1) // 60_000
    text = text_of(cell)
    if (number := _number(text)) is not None:
        return exact_milliseconds(number, unit) // 60_000
    if clock := _LENGTH.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return 60 * hours + minutes if minutes < 60 and seconds < 60 else None
    if text == "半小时":
        return 30
    spoken = _SPOKEN.fullmatch(text)
    if not text or spoken is None:
        return None
    total = Decimal(spoken["hours"] or 0) * 60 + Decimal(spoken["minutes"] or 0)
    return int(total + (30 if "半小时" in text else 0)) if total < _TOO_MUCH else None


# Times of day

_PARTS_OF_DAY = {
    "morning": ("上午", "早上", "早晨", "清晨", "早"),
    "small hours": ("凌晨",),
    "noon": ("中午", "正午"),
    "afternoon": ("下午", "午后"),
    "evening": ("傍晚", "晚上", "晚间", "夜里", "晚"),
}
_WORD = "|".join(word for words in _PARTS_OF_DAY.values() for word in words)
_ENGLISH = r"[ap]\.?m\.?"
_TAIL = (
    r"(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"|\s*[点时](?:(?P<part>半|一刻|三刻)|\s*(?P<minutes>\d{1,2})分?|整|钟)?)"
)
_START, _END = rf"(?:(?P<word>{_WORD}|{_ENGLISH})\s*)?(?P<hour>\d{{1,2}})", rf"(?:\s*(?P<after>{_ENGLISH}))?(?!\d)"
_CLOCK = re.compile(f"{_START}{_TAIL}?{_END}", re.IGNORECASE)
_TIME = re.sub(r"\?P<\w+>", "?:", f"{_START}{_TAIL}{_END}")
_TIMES = re.compile(  # the times that may stand beside a date: a clock, from clock to clock, or a part of the day
    rf"(?:T?{_TIME}(?:\s*(?:[-–—~至到])\s*{_TIME})?|{_WORD}|全天|[ap]m)?", re.IGNORECASE
)
_ZONED = re.compile(r"(T?)(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})", re.IGNORECASE)


def parse_clock(cell: Cell) -> int | None:
    """Return a time of day in minutes after midnight, by the 24-hour clock.

    Accepted are 9:00, 9点30分, 下午2:30, 晚上9点半, 2:30 pm, 2025-03-01 9:00, 24:00, and Excel's part of a day.
    """
    return _read_clock(cell)[0]


def parse_clock_date(cell: Cell, *, since_1904: bool = False) -> dt.date | None:
    """Return the date beside the time of day that `parse_clock` returns, if the cell names one."""
    return _read_clock(cell, since_1904=since_1904)[1]


def looks_like_clock(cell: Cell) -> bool:
    """Return whether a cell may hold a time of day, as 8:00.

    A length of time may be written in the same way. A number is one only if it is a minute of Excel's day and not
    written as people write hours.
    """
    number = cell if isinstance(cell, float) else _number(text_of(cell))
    if number is None:
        return parse_clock(cell) is not None
    minutes = float(number) * 1_440
    return 0 < number < 1 and abs(minutes - round(minutes)) < 1e-3 and round(number, 2) != number


def _read_clock(cell: Cell, *, since_1904: bool = False) -> tuple[int | None, dt.date | None]:
    if isinstance(cell, dt.time):
        cell = dt.datetime.combine(dt.date(1899, 12, 30), cell)
    if isinstance(cell, dt.datetime):
        if cell.year == dt.MAXYEAR:
            return None, None
        near = cell + dt.timedelta(milliseconds=500)  # a program's 9:00 may be 8:59:59.999
        day = None if (cell.year, cell.month, cell.day) in _NO_DAY else near.date()
        return 60 * near.hour + near.minute, day
    if isinstance(cell, bool | dt.date | dt.timedelta):
        return None, None
    text = text_of(cell)
    number = cell if isinstance(cell, float) else _number(text)
    if number is not None:
        # Excel's 9:20 is 0.38888…: half a second more keeps it from being cut to 9:19.
        if 0 <= number < 1:
            return (exact_milliseconds(number, 86_400) + 500) // 60_000, None
        day = _day_of(number, since_1904=since_1904)
        return (None if day is None else (exact_milliseconds(number % 1, 86_400) + 500) // 60_000), day
    found = _DATE.match(text)
    if found is None:
        return _minutes_of(text), None
    rest = _after_date(text, found.end())
    day = _date(found)
    if tuple(map(int, found.groups())) in _NO_DAY:
        return _minutes_of(rest), None
    if day is None or not _fits_weekday(day, text, found.end()):
        return None, None
    if zoned := _zoned(day, rest):
        return 60 * zoned.hour + zoned.minute, zoned.date()
    return _minutes_of(rest.removeprefix("T")), day


def _minutes_of(text: str) -> int | None:
    """Return the minutes after midnight of a text that is one time of day."""
    found = _CLOCK.fullmatch(text)
    if found is None or (found["word"] and found["after"]):
        return None
    word = (found["word"] or found["after"] or "").lower().replace(".", "")
    hour, minute = int(found["hour"]), int(found["minute"] or found["minutes"] or 0)
    minute += {"半": 30, "一刻": 15, "三刻": 45}.get(found["part"], 0)
    if minute >= 60 or int(found["second"] or 0) >= 60:
        return None
    if word not in ("am", "pm") and ":" not in text and not re.search("[点时]", text):
        return None  # a bare number
    full = _by_24_hours(word, hour, minute)
    return 60 * full + minute if full is not None and 60 * full + minute <= 24 * 60 else None


def _by_24_hours(word: str, hour: int, minute: int) -> int | None:
    """Return the hour of the 24-hour clock, or None where the word and the hour leave a doubt."""
    if not word:
        return hour
    part = {"am": "morning", "pm": "afternoon"}.get(word) or next(
        part for part, words in _PARTS_OF_DAY.items() if word in words
    )
    if part == "morning":
        # 上午12:30 is a quarter of an hour's doubt: to people half past noon, to programs half past midnight.
        return hour if hour < 12 else 0 if (word, hour) == ("am", 12) else None
    if part == "small hours":
        return hour if hour <= 6 else 0 if hour == 12 else None
    if part == "noon":
        return hour if 11 <= hour <= 14 else hour + 12 if hour in (1, 2) else None
    if part == "afternoon":
        return hour if 12 <= hour <= 23 else hour + 12 if 1 <= hour <= 11 else None
    if hour == 12:
        return 24 if minute == 0 else None  # 晚上12点 ends the day; the minutes after it belong to the next one
    return hour if 17 <= hour <= 24 else hour + 12 if 5 <= hour <= 11 else None


def _zoned(day: dt.date, rest: str) -> dt.datetime | None:
    """Return the local moment of a time with its zone, as 16:30:00Z or T09:00+00:00."""
    found = _ZONED.fullmatch(rest)
    if found is None:
        return None
    letter, hour, minute, second, zone = found.groups()
    if zone[0] in "+-" and not letter and (second is None or zone[0] == "-"):
        return None  # from clock to clock
    away = dt.timedelta()
    if zone[0] in "+-":
        away = dt.timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:])) * (-1 if zone[0] == "-" else 1)
    try:
        moment = dt.datetime.combine(day, dt.time(int(hour), int(minute), int(second or 0)), dt.timezone(away))
        return moment.astimezone(LOCAL)
    except (ValueError, OverflowError):
        return None


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


_TOO_MUCH = 10**9


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number.adjusted() < 9 else None
