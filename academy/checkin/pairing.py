"""Pairing of accepted scans to visits, in one order that does not depend on when they arrived. Pure."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID


class Fact(NamedTuple):
    """An accepted scan. Sorted: at the same moment a check-out comes before a check-in (H3, 2)."""

    at: dt.datetime
    is_in: bool
    id: UUID


class Pair(NamedTuple):
    """A visit: its check-in, and its check-out if it is closed."""

    opened: Fact
    closed: Fact | None


def pair(facts: Iterable[Fact]) -> list[Pair]:
    """Return the visits of one person at one shift.

    Ignore a second check-in, and a check-out without an open visit.
    """
    visits: list[Pair] = []
    opened: Fact | None = None
    for fact in sorted(facts):
        if fact.is_in:
            opened = opened or fact
        elif opened is not None:
            visits.append(Pair(opened, fact))
            opened = None
    if opened is not None:
        visits.append(Pair(opened, None))
    return visits
