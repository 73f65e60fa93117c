"""Hours with one decimal, in the steps of a community's rules (H1), on pages, sheets and exports.

This app may not import the rule book, so the rule book registers a source of each community's step.
"""

import datetime as dt
from collections.abc import Callable

from django.utils import timezone

from academy.core import formats, memo

_find_step: Callable[[int, dt.date], int] | None = None


def register_step(find: Callable[[int, dt.date], int]) -> None:
    """Set the function that returns a community's step in minutes in force on a day."""
    global _find_step
    _find_step = find


def step_of(community_id: int, day: dt.date | None = None) -> int:
    """Return the step in minutes in force in this community on `day`, by default today.

    One statement, once in a request.
    """
    assert _find_step is not None
    find, on = _find_step, day or timezone.localdate()
    return memo.once((step_of, community_id, on), lambda: find(community_id, on))


def tenths(minutes: int, community_id: int) -> int:
    """Return the tenths of an hour that `hours` writes, to see whether shown figures add up."""
    return formats.tenths(minutes, step_of(community_id))


def hours(minutes: int, community_id: int) -> str:
    """Return whole minutes as hours with one decimal, in the steps of the community's rules of today (H1)."""
    return formats.hours(minutes, step_of(community_id))
