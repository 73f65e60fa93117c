"""Reading the State Council's notice about the holidays of a year (国务院办公厅关于……部分节假日安排的通知).

Pure: the standard library alone. A sentence such as “1月1日（周四）至3日（周六）放假调休，共3天” gives days off,
another such as “1月4日（周日）上班” a moved workday. Lines such as “2027-01-01 off” are read too.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_NOTE = r"(?:\s*[（(]([^）)]*)[）)])?"
_DAYS = re.compile(
    r"(?:(?<!\d)(\d{4})\s*[年/.-])?\s*(?<!\d)(\d{1,2})\s*[月/.-]\s*(\d{1,2})\s*日?"
    + _NOTE
    + r"(?:\s*(?:至|到|~|～|—|–|to)\s*(?:(?:(\d{4})\s*[年/.-])?\s*(\d{1,2})\s*[月/.-]\s*)?(\d{1,2})\s*日?"
    + _NOTE
    + r")?"
)
_VERB = re.compile(r"(放假|休息|休|off|holiday)|(上班|班|work)", re.IGNORECASE)
_COUNT = re.compile(r"共\s*(\d+)\s*天")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_WEEKDAYS = "一二三四五六日"


@dataclass
class BadNotice(Exception):
    """A notice that cannot be taken: a code, and the words or the date that it is about."""

    code: str
    about: str


def read_notice(text: str, year: int, statutory: Iterable[dt.date]) -> dict[dt.date, bool]:
    """Return the days of `year`'s notice, each with whether offices work on it.

    A notice that misses one of the `statutory` holidays is not complete.

    Raises `BadNotice`: `no_such_day`, `wrong_weekday`, `wrong_count`, `off_or_work`, `other_year`, `twice`,
    `not_a_weekend`, `holiday_missing`.
    """
    days: dict[dt.date, bool] = {}
    for sentence in re.split(r"[。；;\n]", text):
        for day, works in _read_sentence(sentence.strip(), year):
            if days.setdefault(day, works) is not works:
                raise BadNotice("twice", _written(day))
    for day, works in days.items():
        if works and day.weekday() < 5:
            raise BadNotice("not_a_weekend", _written(day))
    for day in sorted(statutory):
        if days.get(day) is not False:
            raise BadNotice("holiday_missing", _written(day))
    return days


def _written(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _read_sentence(sentence: str, year: int) -> Iterator[tuple[dt.date, bool]]:
    """Yield the days of one sentence. A day belongs to the next verb behind it."""
    for found in _DAYS.finditer(sentence):
        y, m, d, note, y2, m2, d2, note2 = found.groups()
        verb = _VERB.search(sentence, found.end())
        if verb is None:
            if y and int(y) != year:
                continue  # the date under the notice
            raise BadNotice("off_or_work", sentence)
        first = _date(int(y or year), int(m), int(d), note, sentence)
        last = first
        if d2:
            last = _date(int(y2 or (year if y is None else y)), int(m2 or m), int(d2), note2, sentence)
            last = last if last >= first or y2 else last.replace(year=last.year + 1)
        if not 0 <= (last - first).days < 31:
            raise BadNotice("no_such_day", sentence)
        if not dt.date(year - 1, 12, 1) <= first <= last <= dt.date(year + 1, 1, 31):
            raise BadNotice("other_year", sentence)
        count = _COUNT.search(sentence, verb.end())
        if d2 and count and int(count[1]) != (last - first).days + 1:
            raise BadNotice("wrong_count", sentence)
        for number in range((last - first).days + 1):
            yield first + dt.timedelta(days=number), verb[1] is None


def _date(year: int, month: int, day: int, note: str | None, sentence: str) -> dt.date:
    try:
        date = dt.date(year, month, day)
    except ValueError as error:
        raise BadNotice("no_such_day", sentence) from error
    weekday = _WEEKDAY.search(note or "")
    if weekday and _WEEKDAYS.index(weekday[1].replace("天", "日")) != date.weekday():
        raise BadNotice("wrong_weekday", sentence)
    return date
