"""Form fields for the times of a plan as people write them: `900`, `上午9点`, `26:00`, `1200-1230`."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from academy.core.text import identifier
from academy.people.form_fields import DayField
from academy.people.typed_days import Near
from academy.tables.cells import parse_clock, parse_clock_date, parse_typed_clock

DAY = 24 * 60  # minutes
EARLIEST, LATEST = 2000, 2199  # years

_NEXT_DAY = re.compile(r"(?:次日|第二天|翌日|next day)\s*", re.IGNORECASE)
_HOUR = re.compile(r"\d{1,2}")
_AFTER_MIDNIGHT = re.compile(r"(2[4-9]|[3-9]\d)\s*[:.点时]?\s*([0-5]\d)分?|(\d{3}):([0-5]\d)")
_BETWEEN_RESTS = re.compile(r"[、,;]")
_UNTIL = re.compile(r"[-~〜至到]")


class Clock(int):
    """A time of day in minutes after midnight. From 24:00 on it lies on the next day."""

    def __str__(self) -> str:
        return f"{self // 60}:{self % 60:02}"


class Rest(NamedTuple):
    """A break, from clock to clock."""

    start: Clock
    end: Clock

    def __str__(self) -> str:
        return f"{self.start}–{self.end}"


def parse_planned_clock(text: str) -> Clock | None:
    """Return a time of day of a plan; `9` is 9:00, `26:00` and `次日2:00` are on the next day."""
    text = identifier(text)
    rest = _NEXT_DAY.sub("", text)
    clock = _clock_of(rest)
    if clock is None or (rest != text and clock > DAY):
        return None
    return Clock(clock + DAY if rest != text else clock)


def _clock_of(text: str) -> int | None:
    if (clock := parse_typed_clock(text)) is not None:
        return clock
    if _HOUR.fullmatch(text):
        return 60 * int(text) if int(text) <= 24 else None
    if late := _AFTER_MIDNIGHT.fullmatch(text):  # an old shift may have lasted for days
        return 60 * int(late[1] or late[3]) + int(late[2] or late[4])
    is_written_out = re.search(r"[:点时午晚早m]", text) and parse_clock_date(text) is None
    return parse_clock(text) if is_written_out else None


class PlannedDateField(DayField):
    """The day of a plan; without a year, the next such day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(near=Near.AHEAD, **kwargs)

    def to_python(self, value: Any) -> Any:
        day = super().to_python(value)
        if day is not None and not EARLIEST <= day.year <= LATEST:
            raise forms.ValidationError(_("Check the year of this date."), code="bad_year")
        return day


class ClockInput(forms.TextInput):
    """A small field for a time of day, which shows the full form: `9:00`."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "maxlength": 20, "size": 8, **(attrs or {})})


class PlannedClockField(forms.CharField):
    """A time of day of a plan, as a `Clock`."""

    widget = ClockInput

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Clock):
            return value
        text = super().to_python(value)
        if not text:
            return None
        clock = parse_planned_clock(text)
        if clock is None:
            raise forms.ValidationError(_("Write the time alone, as 900 or 9:00."), code="bad_time")
        return clock


class RestsField(forms.CharField):
    """The breaks of a shift in one line, as a list of `Rest`."""

    def prepare_value(self, value: Any) -> Any:
        return "、".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        return [
            _rest_of(part) for part in _BETWEEN_RESTS.split(identifier(super().to_python(value) or "")) if part.strip()
        ]

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial or []) != self.to_python(data or ""))
        except forms.ValidationError:
            return True


def _rest_of(text: str) -> Rest:
    clocks = [parse_planned_clock(part) for part in _UNTIL.split(text)]
    if len(clocks) != 2 or None in clocks:
        raise forms.ValidationError(
            _("Write each break as 1200-1230, and a comma between two. “%(text)s” is none."),
            params={"text": text.strip()},
            code="bad_rest",
        )
    start, end = clocks
    assert start is not None and end is not None
    return Rest(start, end)


def rests_within(rests: Iterable[Rest], starts: Clock, ends: Clock) -> list[Rest]:
    """Return the breaks with their days: in a shift over midnight, `0:30` is on the next day."""
    return [_within(rest, starts, ends) for rest in rests]


def _within(rest: Rest, starts: Clock, ends: Clock) -> Rest:
    start, end = rest
    if start < starts and start + DAY < ends:
        start = Clock(start + DAY)
    if end <= start and end + DAY <= ends:
        end = Clock(end + DAY)
    return Rest(start, end)
