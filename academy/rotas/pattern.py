"""The days of a standing shift: its weekdays, and how weekdays follow each other.

Pure: the standard library alone. A set of weekdays is stored as bits: Monday is 1, Sunday 64.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

ALL = 0b1111111


def bits_of(weekdays: Iterable[int]) -> int:
    """Return these weekdays (0 is Monday) as bits."""
    return sum(1 << weekday for weekday in set(weekdays))


def weekdays_of(bits: int) -> list[int]:
    """Return the weekdays of these bits, Monday (0) first."""
    return [weekday for weekday in range(7) if bits >> weekday & 1]


def has_day(bits: int, day: dt.date) -> bool:
    """Return whether the weekday of `day` is among the bits."""
    return bool(bits >> day.weekday() & 1)


def days_between(bits: int, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Yield the days with one of these weekdays, from `first` to `last`."""
    for number in range((last - first).days + 1):
        day = first + dt.timedelta(days=number)
        if has_day(bits, day):
            yield day


def followed_by(old: int, new: int) -> dict[int, int]:
    """Return which weekday of `new` follows each of `old` that is no longer there.

    The first one that goes is followed by the first one that comes: Tuesday and Thursday become Wednesday and Friday in
    that order. A weekday that none follows is missing: its dates end.
    """
    gone, come = weekdays_of(old & ~new), weekdays_of(new & ~old)
    return dict(zip(gone, come, strict=False))


def moved_day(day: dt.date, follows: dict[int, int]) -> dt.date | None:
    """Return the day of the same week that follows `day`; None if its weekday ends without a follower."""
    weekday = follows.get(day.weekday())
    return None if weekday is None else day + dt.timedelta(days=weekday - day.weekday())


def moved_bits(bits: int, old: int, new: int) -> int:
    """Return a person's weekdays after those of the standing shift changed from `old` to `new`."""
    follows = followed_by(old, new)
    return bits_of(follows.get(weekday, weekday) for weekday in weekdays_of(bits)) & new
