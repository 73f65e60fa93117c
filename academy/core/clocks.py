"""Times of day become moments. Pure: the window in which they lie is an argument, in local time.

A time of day is a number of minutes after midnight; 1440 is 24:00, the end of the day.
"""

import datetime as dt
from collections.abc import Iterator

Span = tuple[dt.datetime, dt.datetime]

_DAY = dt.timedelta(days=1)
_NONE = dt.timedelta()


def moment_at(clock: int, *, after: dt.datetime, until: dt.datetime) -> dt.datetime:
    """Return the moment with this time of day after `after` and until `until`, at most a day apart.

    Without one, return the nearest such moment: the caller refuses it with a sentence of its own.
    """
    moments = [_on(day, clock, after) for day in _days(after, until)]
    return min(moments, key=lambda moment: (not after < moment <= until, _outside((moment, moment), (after, until))))


def spans_at(came: int, left: int, *, window: Span, plan: Span) -> list[Span]:
    """Return every arrival and departure with these times of day that lie in `window`, the earliest first.

    If two days fit, those count that meet the `plan`, which lies in the window; if two still do, somebody has to say
    the day. If none fits, return the nearest one alone: the caller refuses it with a sentence of its own. A departure
    is on the day after the arrival only if the window reaches that day.
    """
    spans = [_span(day, came, left, window) for day in _days(*window)]
    fitting = [span for span in spans if window[0] <= span[0] < span[1] <= window[1]]
    planned = [span for span in fitting if span[0] < plan[1] and plan[0] < span[1]]
    return planned or fitting or [min(spans, key=lambda span: _outside(span, window))]


def _span(day: dt.date, came: int, left: int, window: Span) -> Span:
    came_at, left_at = _on(day, came, window[0]), _on(day, left, window[0])
    if left_at <= came_at and window[0].date() < window[1].date():
        left_at = _on(day + _DAY, left, window[0])
    return came_at, left_at


def _days(first: dt.datetime, last: dt.datetime) -> Iterator[dt.date]:
    """Yield the dates from the day before `first` to that of `last`: 24:00 of a day lies on the next one."""
    day = first.date() - _DAY
    while day <= last.date():
        yield day
        day += _DAY


def _on(day: dt.date, clock: int, like: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), like.tzinfo) + dt.timedelta(minutes=clock)


def _outside(span: Span, window: Span) -> dt.timedelta:
    """Return how much of the way from the window to the span lies outside the window."""
    return max(window[0] - span[0], _NONE) + max(span[1] - window[1], _NONE)
