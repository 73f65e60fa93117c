"""Finders: how staff find the objects of each app, for the one search of the back office.

A finder sees the request, whose user may see only some objects, and returns few hits in few statements (ADR 60).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db import models
from django.http import HttpRequest

from academy.core import pinyin
from academy.core.text import identifier

MOST = 8  # hits of a kind
LONGEST = 60  # characters of a typed text that are looked at

EXACT, BEGINNING, INSIDE, FAR, MISTYPED = range(5)  # how near a hit is to what was typed


@dataclass(frozen=True)
class Hit:
    """One thing that was found."""

    title: str
    url: str
    about: str = ""  # what tells it from others of the same title
    nearness: int = INSIDE
    subject: models.Model | None = None  # its verbs are offered beside it


@dataclass(frozen=True)
class Group:
    """The hits of one kind, the nearest first."""

    title: Any
    icon: str
    hits: list[Hit]
    order: int

    @property
    def place(self) -> tuple[int, int]:
        return self.hits[0].nearness, self.order


Find = Callable[[HttpRequest, str], Iterable[Hit]]

_FINDERS: list[tuple[int, Any, str, Find]] = []


def register(title: Any, icon: str, order: int, find_hits: Find) -> None:
    """Register the finder of one kind of things. An app calls this once, in its `ready`."""
    _FINDERS.append((order, title, icon, find_hits))


def find(request: HttpRequest, typed: str) -> list[Group]:
    """Return what the user may see of what `typed` names, the kind with the nearest hit first."""
    typed = identifier(typed[:LONGEST])
    if not typed:
        return []
    groups = []
    for order, title, icon, find_hits in _FINDERS:
        hits = sorted(find_hits(request, typed), key=attrgetter("nearness"))[:MOST]
        if hits:
            groups.append(Group(title, icon, hits, order))
    return sorted(groups, key=attrgetter("place"))


def best(groups: list[Group]) -> Hit | None:
    """Return the hit that is surely meant: no other one is as near, and it was typed without an error."""
    hits = sorted((hit for group in groups for hit in group.hits), key=attrgetter("nearness"))
    if not hits or hits[0].nearness == MISTYPED or (len(hits) > 1 and hits[1].nearness == hits[0].nearness):
        return None
    return hits[0]


def nearness_of(text: str, typed: str) -> int | None:
    """Return how near `typed` is to a text, also by pinyin; None if it does not match."""
    text, wanted = identifier(text).lower(), typed.lower()
    if wanted in text:
        return EXACT if wanted == text else BEGINNING if text.startswith(wanted) else INSIDE
    return pinyin.nearness(text, pinyin.letters(typed))


def by_pinyin(objects: models.QuerySet[Any], field: str, typed: str) -> dict[int, list[int]]:
    """Return the ids of `objects` whose `field` is typed by pinyin, by their nearness.

    One statement reads the field of all objects, and none does if `typed` is no pinyin.
    """
    found: dict[int, list[int]] = {}
    if wanted := pinyin.letters(typed):
        for pk, text in objects.order_by().values_list("pk", field):
            if (step := pinyin.nearness(text, wanted)) is not None:
                found.setdefault(step, []).append(pk)
    return found


def titled(
    objects: models.QuerySet[Any], field: str, typed: str, more: Mapping[int, models.Q] | None = None
) -> models.QuerySet[Any]:
    """Return those of `objects` whose `field` holds `typed` or is typed by pinyin, or that are in `more`.

    Each has its `nearness`, and the nearest comes first.
    """
    steps = {
        EXACT: models.Q(**{f"{field}__iexact": typed}),
        BEGINNING: models.Q(**{f"{field}__istartswith": typed}),
        INSIDE: models.Q(**{f"{field}__icontains": typed}),
        **(more or {}),
    }
    for step, pks in by_pinyin(objects, field, typed).items():
        steps[step] |= models.Q(pk__in=pks)
    return graded(objects, steps)


def graded(objects: models.QuerySet[Any], steps: Mapping[int, models.Q]) -> models.QuerySet[Any]:
    """Return the objects of any step, each with its lowest step as `nearness`, the nearest first."""
    wanted = models.Q(pk__in=[])
    for step in steps.values():
        wanted |= step
    found: models.QuerySet[Any] = objects.filter(wanted).annotate(nearness=first_of(steps)).order_by("nearness")
    return found


def first_of(steps: Mapping[int, models.Q]) -> models.Case:
    """Return the expression for the lowest step that holds for an object."""
    cases = [models.When(steps[step], then=models.Value(step)) for step in sorted(steps)]
    return models.Case(*cases, default=models.Value(FAR), output_field=models.IntegerField())
