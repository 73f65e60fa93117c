"""Activities that lists leave out until they are near: upper apps register which (ADR 120).

A standing shift has many dates, and a list of all of them would hide every other activity.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Exists, QuerySet

Q = TypeVar("Q", bound=QuerySet[Any])

Later = Callable[[dt.datetime], Exists]  # takes the moment; refers to the activity by `OuterRef("pk")`

_LATER: list[Later] = []


def register(later: Later) -> None:
    """Register activities of an upper app that lists do not show yet. An app calls it once."""
    _LATER.append(later)


def without_later(activities: Q, at: dt.datetime) -> Q:
    """Leave out the activities that lists do not show yet. A reader who looks for a day finds them."""
    for later in _LATER:
        activities = activities.exclude(later(at))
    return activities
