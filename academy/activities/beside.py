"""Ways on from the page of an activity, such as the rota: upper apps register them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from academy.activities.models import Activity


@dataclass(frozen=True)
class Way:
    """A link on the page of an activity, with the name of its icon."""

    label: Any
    url: str
    icon: str
    order: int = 100


WaysOf = Callable[[Activity], Iterable[Way]]

_WAYS: list[WaysOf] = []


def register(ways_of: WaysOf) -> None:
    """Register the ways of an upper app. An app calls this once, in its `ready`."""
    _WAYS.append(ways_of)


def ways_from(activity: Activity) -> list[Way]:
    """Return all ways on from the page of the activity, in their order."""
    return sorted((way for ways_of in _WAYS for way in ways_of(activity)), key=lambda way: way.order)
