"""Formats of times and hours for people.

Pure functions: the language, the step and local times are arguments.
"""

import datetime as dt

_TENTH = 6  # minutes
_INNER = str.maketrans("“”", "‘’")

_WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def is_chinese(language: str) -> bool:
    """Return whether texts of this language are written in Chinese."""
    return language.lower().startswith("zh")


def inner_quotes(text: object) -> str:
    """Return a text to stand between “ and ”: its own quotes become ‘ and ’ (GB/T 15834)."""
    return str(text).translate(_INNER)


def tenths(minutes: int, step: int) -> int:
    """Return the tenths of an hour that `hours` writes for these minutes, cut towards zero."""
    shown = abs(minutes) // step * step // _TENTH
    return -shown if minutes < 0 else shown


def hours(minutes: int, step: int) -> str:
    """Return whole minutes as hours with one decimal, cut and never rounded up (H1): 155 → ``2.5``.

    `step` is the rule set's `paper_step_minutes`; `core.shown_hours` finds it for a community. The negative minutes of
    a correction are cut towards zero.
    """
    shown = tenths(minutes, step)
    sign = "-" if shown < 0 else ""
    return f"{sign}{abs(shown) // 10}.{abs(shown) % 10}"


def duration(minutes: int, language: str) -> str:
    """Return whole minutes in hours and minutes, without rounding: ``2 小时 30 分钟``, ``2 h 30 min``."""
    hour, minute = (" 小时", " 分钟") if is_chinese(language) else (" h", " min")
    whole, rest = divmod(abs(minutes), 60)
    parts = [f"{whole}{hour}"] if whole else []
    if rest or not whole:
        parts.append(f"{rest}{minute}")
    return ("-" if minutes < 0 else "") + " ".join(parts)


def clock(moment: dt.datetime | dt.time) -> str:
    """Return the time of day as a clock shows it: ``9:05``."""
    return f"{moment.hour}:{moment.minute:02}"


def day(date: dt.date, language: str, *, weekday: bool = False, year: bool = False) -> str:
    """Return a date: ``1月10日``, with its weekday ``1月10日 周六``, with its year ``2026年1月10日``."""
    if is_chinese(language):
        text = f"{date.month}月{date.day}日"
        if year:
            text = f"{date.year}年{text}"
        return f"{text} {_WEEKDAYS['zh'][date.weekday()]}" if weekday else text
    text = f"{date.day} {_MONTHS[date.month - 1]}"
    if weekday:
        text = f"{_WEEKDAYS['en'][date.weekday()]} {text}"
    return f"{text} {date.year}" if year else text


def month(first: dt.date, language: str, *, year: bool = False) -> str:
    """Return a calendar month: ``11月``, with its year ``2026年11月``."""
    if is_chinese(language):
        return f"{first.year}年{first.month}月" if year else f"{first.month}月"
    return f"{_MONTHS[first.month - 1]} {first.year}" if year else _MONTHS[first.month - 1]


def day_in_parts(date: dt.date, language: str) -> tuple[str, str, str]:
    """Return day, month and weekday of a date, as a tear-off calendar shows them: ``5``, ``12月``, ``周六``."""
    chinese = is_chinese(language)
    month = f"{date.month}月" if chinese else _MONTHS[date.month - 1]
    return str(date.day), month, _WEEKDAYS["zh" if chinese else "en"][date.weekday()]


def when(starts_at: dt.datetime, ends_at: dt.datetime, language: str, *, year: bool = False) -> str:
    """Return a period: ``1月10日 周六 9:00–12:00``; with both dates if it crosses midnight.

    Both arguments are local times. A period that ends at midnight ends at 24:00 of its own day. A whole day is written
    as its date only.
    """
    return " ".join(when_in_parts(starts_at, ends_at, language, year=year))


def when_in_parts(starts_at: dt.datetime, ends_at: dt.datetime, language: str, *, year: bool = False) -> list[str]:
    """Return the parts of `when`, between which a line may break: the dates and the times."""
    is_next_midnight = ends_at.time() == dt.time() and ends_at.date() == starts_at.date() + dt.timedelta(days=1)
    first = day(starts_at.date(), language, weekday=True, year=year)
    if is_next_midnight:
        return [first] if starts_at.time() == dt.time() else [first, f"{clock(starts_at)}–24:00"]
    if ends_at.date() == starts_at.date():
        return [first, f"{clock(starts_at)}–{clock(ends_at)}"]
    return [first, f"{clock(starts_at)} –", day(ends_at.date(), language, weekday=True, year=year), clock(ends_at)]
