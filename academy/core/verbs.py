"""Verbs: acts that a user can do next with an object, offered wherever the back office shows it.

An upper app offers verbs for objects of a lower one: `checkin` offers the poster of an activity. The pages of one
object show them in the head, its row in a list behind “⋯”.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models


@dataclass(frozen=True)
class Verb:
    """One act, with the address of its page."""

    label: Any
    url: str
    icon: str
    order: int = 100  # the usual order of the work
    is_next: bool = False  # the act that most people do now: it stands out
    is_serious: bool = False  # it cannot be undone: it stands last
    group: Any = ""  # the heading under which a page with many verbs lists it; empty: it stands first, as a button


Offer = Callable[[Any, Any], Iterable[Verb]]  # takes the object and the user

_OFFERS: dict[type[models.Model], list[Offer]] = defaultdict(list)


def offer(model: type[models.Model], verbs_of: Offer) -> None:
    """Register the verbs of an app for objects of `model`. An app calls this once, in its `ready`."""
    _OFFERS[model].append(verbs_of)


def verbs_for(instance: models.Model, user: Any) -> list[Verb]:
    """Return what this user can do next with the object, serious acts last."""
    verbs = [verb for verbs_of in _OFFERS[type(instance)] for verb in verbs_of(instance, user)]
    return sorted(verbs, key=lambda verb: (verb.is_serious, verb.order))


def in_groups(verbs: Iterable[Verb]) -> list[tuple[str, list[Verb]]]:
    """Return the verbs that have a group, under its heading, in the order of their first ones."""
    found: dict[str, list[Verb]] = defaultdict(list)
    for verb in verbs:
        if verb.group:
            found[str(verb.group)].append(verb)
    return list(found.items())


def next_verb(instance: models.Model, user: Any) -> Verb | None:
    """Return the act that comes next for this user, if one stands out."""
    return next((verb for verb in verbs_for(instance, user) if verb.is_next), None)
