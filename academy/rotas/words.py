"""The pattern of a standing shift in words."""

from academy.core import formats
from academy.core.look import current_language
from academy.rotas import pattern

_CHINESE = "一二三四五六日"
_ENGLISH = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def every(bits: int) -> str:
    """Return the weekdays in the reader's language: 每周二、四; every Tuesday, Thursday; 每天."""
    weekdays = pattern.weekdays_of(bits)
    if formats.is_chinese(current_language()):
        return "每天" if bits == pattern.ALL else "每周" + "、".join(_CHINESE[weekday] for weekday in weekdays)
    return "every day" if bits == pattern.ALL else "every " + ", ".join(_ENGLISH[weekday] for weekday in weekdays)


def weekday_choices() -> list[tuple[int, str]]:
    """Return the weekdays as choices of a form: 周一 to 周日."""
    chinese = formats.is_chinese(current_language())
    return [(weekday, f"周{_CHINESE[weekday]}" if chinese else _ENGLISH[weekday]) for weekday in range(7)]


def clock(minutes: int) -> str:
    """Return the time of day so many minutes after midnight: 17:30, or 26:00 on the next day."""
    return f"{minutes // 60}:{minutes % 60:02}"


def span(starts: int, ends: int) -> str:
    """Return the times of a shift: 17:30–19:30."""
    return f"{clock(starts)}–{clock(ends)}"
