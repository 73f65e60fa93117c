"""From accepted scans to visits: the one order in which facts count, whenever they arrived. Pure."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID


class Fact(NamedTuple):
    """An accepted scan. In this order: at the same moment a check-out comes before a check-in (H3, 2)."""

    at: dt.datetime
    is_in: bool
    id: UUID


class Pair(NamedTuple):
    """A visit: its check-in, and its check-out where there is one."""

    opened: Fact
    closed: Fact | None


def pair(facts: Iterable[Fact]) -> list[Pair]:
    """The visits of one person at one shift. A second check-in opens nothing, a check-out of nobody closes nothing."""
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
