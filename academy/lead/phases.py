"""The phase of an activity, and its leader's next act. Pure: reads no clock and no database."""

import datetime as dt
from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

NEAR_END = dt.timedelta(minutes=15)  # before the end: from then on the next act is to check everybody out


class Phase(StrEnum):
    BEFORE = "before"
    DURING = "during"
    AFTER = "after"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """The leader's next act."""

    PRINT = "print"
    SCREEN = "screen"
    OUT = "out"
    CONFIRM = "confirm"
    EVALUATE = "evaluate"
    NONE = "none"


class Span(NamedTuple):
    """A shift: its end with overtime, and the moments between which it takes scans (C2)."""

    ends_at: dt.datetime
    opens_at: dt.datetime
    closes_at: dt.datetime


class Work(NamedTuple):
    """Counts: people in, records that the leader can confirm now, people whom they can evaluate."""

    inside: int = 0
    to_confirm: int = 0
    to_evaluate: int = 0


def phase_at(spans: Collection[Span], at: dt.datetime, *, cancelled: bool = False) -> Phase:
    """Return the phase at `at`: during while a shift takes scans, else before while a shift is to come."""
    if cancelled:
        return Phase.CANCELLED
    if any(span.opens_at <= at <= span.closes_at for span in spans):
        return Phase.DURING
    if any(at < span.opens_at for span in spans):
        return Phase.BEFORE
    return Phase.AFTER


def opens_next(spans: Collection[Span], at: dt.datetime) -> dt.datetime | None:
    """Return the moment at which the next shift begins to take scans; None if none is to come."""
    return min((span.opens_at for span in spans if at < span.opens_at), default=None)


def next_act(spans: Collection[Span], at: dt.datetime, work: Work, *, cancelled: bool = False) -> Act:
    """Return the leader's next act. Near the end, people are checked out first; their hours follow."""
    phase = phase_at(spans, at, cancelled=cancelled)
    if phase == Phase.DURING:
        running = [span for span in spans if span.opens_at <= at <= span.closes_at]
        if at < max(span.ends_at for span in running) - NEAR_END:
            return Act.SCREEN
        if work.inside:
            return Act.OUT
    if work.to_confirm:
        return Act.CONFIRM
    if work.to_evaluate and phase != Phase.BEFORE:
        return Act.EVALUATE
    return {Phase.BEFORE: Act.PRINT, Phase.DURING: Act.SCREEN}.get(phase, Act.NONE)
