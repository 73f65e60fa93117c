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
_JOINED: list[str] = []


def register(ways_of: WaysOf, *joined: str) -> None:
    """Register the ways of an upper app. An app calls this once, in its `ready`.

    `joined` are relations of the activity that `ways_of` reads: its page fetches them with the activity.
    """
    _WAYS.append(ways_of)
    _JOINED.extend(joined)


def joined() -> list[str]:
    """Return the relations that the ways read, for `select_related`."""
    return list(_JOINED)


def ways_from(activity: Activity) -> list[Way]:
    """Return all ways on from the page of the activity, in their order."""
    return sorted((way for ways_of in _WAYS for way in ways_of(activity)), key=lambda way: way.order)
