"""Birth dates as people write them at the desk: the year first, in two digits or four."""

import datetime as dt
import re

from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal
from academy.core.text import identifier

OLDEST = 115  # years; an older date is a slip of the pen

_SEPARATED = re.compile(r"(\d{4}|\d{2})\s*[-./·年,、 ]\s*(\d{1,2})\s*[-./·月,、 ]\s*(\d{1,2})\s*[日号]?(?:出?生)?")
_COMPACT = re.compile(r"(\d{4}|\d{2})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"\d{1,2}\s*[-./·]\s*\d{1,2}\s*[-./·]\s*\d{4}")
_NO_DAY = re.compile(r"(?:\d{4}|\d{2})\s*年?(?:\s*[-./·年]\s*(\d{1,2})\s*月?)?")

NOT_READ = Refusal("bad_birth_date", _("Write the birth date with the year first, such as 1958-3-5."))
NO_MONTH = Refusal("bad_birth_date", _("Month and day are missing. Write the birth date such as 1958-3-5."))
NO_DAY = Refusal("bad_birth_date", _("The day is missing. Write the birth date such as 1958-3-5."))
NO_SUCH_MONTH = Refusal("bad_birth_date", _("There is no such month, and the day is missing. Write it as 1958-3-5."))
NO_SUCH_DAY = Refusal("bad_birth_date", _("There is no such day. Check month and day."))
UNCLEAR_YEAR = Refusal("bad_birth_date", _("Write the year with four digits: it may be 19.. or 20.. ."))
IN_FUTURE = Refusal("bad_birth_date", _("This day is still to come. Check the year."))
TOO_LONG_AGO = Refusal("bad_birth_date", _("That is more than 115 years ago. Check the year."))


def read_birth_date(text: str, *, today: dt.date) -> dt.date | Refusal | None:
    """Return the date that the text names; None for an empty text.

    A year of two digits is the one in which a living person may have been born: 58 is 1958. Refuses with
    `bad_birth_date`, each time with a sentence of its own, if more than one date or no date is meant.
    """
    text = identifier(text)
    if not text:
        return None
    found = _SEPARATED.fullmatch(text) or _COMPACT.fullmatch(text)
    if found is None or _YEAR_LAST.fullmatch(text):
        return _judge_without_day(text)
    year, month, day = found.groups()
    if len(year) == 4:
        return _judge(int(year), int(month), int(day), today)
    answers = [_judge(century + int(year), int(month), int(day), today) for century in (1900, 2000)]
    dates = [answer for answer in answers if isinstance(answer, dt.date)]
    if len(dates) == 2:
        return UNCLEAR_YEAR
    return dates[0] if dates else answers[0]


def _judge_without_day(text: str) -> Refusal:
    found = _NO_DAY.fullmatch(text)
    if found is None:
        return NOT_READ
    if found[1] is None:
        return NO_MONTH
    return NO_DAY if 1 <= int(found[1]) <= 12 else NO_SUCH_MONTH


def _judge(year: int, month: int, day: int, today: dt.date) -> dt.date | Refusal:
    try:
        date = dt.date(year, month, day)
    except ValueError:
        return NO_SUCH_DAY
    if date > today:
        return IN_FUTURE
    return TOO_LONG_AGO if today.year - year > OLDEST else date
