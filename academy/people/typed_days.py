"""Read the one day that a person types into a form: 12-12, 12月12日, 明天, 下周二, 2026年12月12日 周六."""

import datetime as dt
import re
from enum import Enum

from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal
from academy.core.text import identifier
from academy.tables.cells import (
    contradicts_its_weekday,
    names_several_days,
    names_time_beside_date,
    parse_date,
    parse_weekday,
)


class Near(Enum):
    """The side of today on which a day without a year is meant."""

    AHEAD = 1  # of a plan: the next such day
    BEHIND = -1  # of something that was done: the last such day


NOT_READ = Refusal("bad_date", _("Write one day, such as 12-12, 12月12日, 明天 or 下周二."))
SEVERAL = Refusal("bad_date", _("These are several days. Write one."))
NO_SUCH_DAY = Refusal("bad_date", _("There is no such day. Check month and day."))
NO_YEAR = Refusal("bad_date", _("Write the year too, such as 2026-12-12."))
YEAR_FIRST = Refusal("bad_date", _("Write the year first, with four digits, such as 2026-12-12."))
OTHER_WEEKDAY = Refusal("bad_date", _("This day has another weekday. Check both."))
WITH_TIME = Refusal("bad_date", _("Write the day alone, without a time."))
SUCH_A_DAY = Refusal("bad_date", _("Today is such a weekday. Write 今天, or the date."))

_FURTHEST = 8  # years between two 29 February

_FROM_TODAY = {
    **{"大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "yesterday": -1, "今天": 0, "今日": 0, "today": 0},
    **{"明天": 1, "明日": 1, "tomorrow": 1, "后天": 2, "大后天": 3},
}
_WEEKS = {"上上": -2, "上": -1, "本": 0, "这": 0, "下": 1, "下下": 2}
_MONTHS = {"本月": 0, "这个月": 0, "下月": 1, "下个月": 1}
_YEARS = {"去年": -1, "今年": 0, "明年": 1}

_SEPARATOR = r"\s*[-/.·]\s*"
_RELATIVE = re.compile("|".join(sorted(_FROM_TODAY, key=len, reverse=True)), re.IGNORECASE)
_IN_WEEK = re.compile(r"(上上|下下|[上本这下])((?:周|星期|礼拜)[一二三四五六日天])")
_DAY_OF_MONTH = re.compile(r"(本月|这个月|下个?月)?\s*(\d{1,2})\s*[日号]")
_DAY_OF_YEAR = re.compile(
    rf"(去年|今年|明年)?\s*(\d{{1,2}})(?:\s*月\s*(\d{{1,2}})(?!\d)\s*[日号]?|{_SEPARATOR}(\d{{1,2}})(?!\d)\s*[日号]?)"
)
_SHORT_OR_LAST_YEAR = re.compile(
    r"\d{2}\s*年\s*\d{1,2}\s*月\s*\d{1,2}|\d{2}\s*([-/.])\s*\d{1,2}\s*\1\s*\d{1,2}(?!\d)|\d{1,2}\s*([-/.])\s*\d{1,2}\s*\2\s*\d{4}"
)
_FULL = re.compile(r"\d{8}|\d{4}\D+\d{1,2}\D+\d{1,2}\D?")
_CHINESE_STOP = re.compile(r"(?<=\d)。(?=\d)")
_NUMBER = re.compile(r"\d+(?:\.\d*)?")


def read_day(text: str, *, today: dt.date, near: Near | None) -> dt.date | Refusal | None:
    """Return the day that the text names; None for an empty text.

    A day without a year is the nearest such day on the side `near`, today included; it is refused where no side is
    given. Refuses with `bad_date`, each time with a sentence of its own, if the text is not exactly one day.
    """
    text = _CHINESE_STOP.sub(".", identifier(text))
    if not text:
        return None
    if _NUMBER.fullmatch(text) and len(text) != 8 and _DAY_OF_YEAR.fullmatch(text) is None:
        return NOT_READ  # a cell may hold a program's number of the day; no person types it
    if _SHORT_OR_LAST_YEAR.match(text):
        return YEAR_FIRST
    if found := _RELATIVE.match(text):
        return _with_rest(today + dt.timedelta(days=_FROM_TODAY[found[0].lower()]), text[found.end() :])
    if found := _IN_WEEK.match(text):
        monday = today - dt.timedelta(days=today.weekday())
        days = 7 * _WEEKS[found[1]] + (parse_weekday(found[2]) or 0)
        return _with_rest(monday + dt.timedelta(days=days), text[found.end() :])
    if (weekday := parse_weekday(text)) is not None:
        return _next_weekday(weekday, today, near)
    if found := _DAY_OF_YEAR.match(text):
        return _in_years(found, text[found.end() :], today, near)
    if found := _DAY_OF_MONTH.match(text):
        return _in_months(found, text[found.end() :], today, near)
    return _with_rest(None, text)


def _with_rest(day: dt.date | None, rest: str) -> dt.date | Refusal:
    """Return the day of a full date, or `day` if the text behind it is its weekday at most."""
    text = rest if day is None else f"{day.isoformat()} {rest.strip()}"
    answer = parse_date(text)
    if answer is not None:
        return WITH_TIME if names_time_beside_date(text) else answer
    if contradicts_its_weekday(text):
        return OTHER_WEEKDAY
    if names_several_days(text):
        return SEVERAL
    return NO_SUCH_DAY if _FULL.fullmatch(text) else NOT_READ


def _next_weekday(weekday: int, today: dt.date, near: Near | None) -> dt.date | Refusal:
    if weekday == today.weekday():
        return SUCH_A_DAY
    if near is None:
        return NO_YEAR
    away = (weekday - today.weekday()) % 7
    return today + dt.timedelta(days=away if near == Near.AHEAD else away - 7)


def _in_years(found: re.Match[str], rest: str, today: dt.date, near: Near | None) -> dt.date | Refusal:
    month, day = int(found[2]), int(found[3] or found[4])
    if found[1] is not None:
        return _first([(today.year + _YEARS[found[1]], month, day)], rest)
    if near is None:
        return NO_YEAR
    return _first([(today.year + near.value * step, month, day) for step in range(_FURTHEST + 1)], rest, today, near)


def _in_months(found: re.Match[str], rest: str, today: dt.date, near: Near | None) -> dt.date | Refusal:
    now, day = 12 * today.year + today.month - 1, int(found[2])
    if found[1] is not None:
        return _first([(*_month(now + _MONTHS[found[1]]), day)], rest)
    if near is None:
        return NO_YEAR
    return _first([(*_month(now + near.value * step), day) for step in range(13)], rest, today, near)


def _month(number: int) -> tuple[int, int]:
    return number // 12, number % 12 + 1


def _first(
    candidates: list[tuple[int, int, int]], rest: str, today: dt.date | None = None, near: Near | None = None
) -> dt.date | Refusal:
    """Return the first of these that exists, on the side `near` of `today`."""
    for year, month, day in candidates:
        try:
            date = dt.date(year, month, day)
        except ValueError:
            continue
        if today is None or near is None or near.value * (date - today).days >= 0:
            return _with_rest(date, rest)
    return NO_SUCH_DAY
