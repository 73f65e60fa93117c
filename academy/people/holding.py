"""The registry of rows about a person, filled by each app, so that a copy is complete (V3, ADR 90).

An app declares each model of its own in its module `holdings`, which is discovered: `hold` contributes rows to the
copy that a person may ask for, `leave_out` names the reason why a model is not in it.
`tests/own_data/test_holdings.py` refuses a model that leads to a volunteer and is in neither.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from academy.core.models import Community
from academy.core.spreadsheets import in_words, label_of
from academy.people.models import Volunteer

MOST_ROWS = 20_000  # of one kind; a person of ten years has less

Further = Callable[[Any], dict[str, Any]]


@dataclass(frozen=True)
class Holding:
    """One kind of rows about a person, for their copy.

    `path` is the lookup from a row to the volunteer, `fields` are dotted paths of the values; a pair of path and label
    names what is no field of a model. `further` returns values that are encrypted or computed, by their names in words.
    """

    model: type[Model]
    title: Any
    path: str
    fields: tuple[Any, ...]
    order: int
    further: Further | None = None
    is_own: bool = True  # rows of the person; False: rows of others that name them, as the leader of an activity
    moment: str = ""  # the field that dates a row, if the row shows that the person was active then

    @property
    def name(self) -> str:
        """The name of the part in the JSON file."""
        return self.model._meta.label_lower if self.is_own else f"{self.model._meta.label_lower}:{self.path}"

    def heads(self) -> list[str]:
        """Return the names of the fields in words."""
        return [str(one[1]) if isinstance(one, tuple) else label_of(self.model, one) for one in self.fields]

    def rows(self, person: Volunteer) -> Iterator[Any]:
        """Yield the rows of all entries of this person, the oldest first."""
        people = Volunteer.objects.one_with(person.stays.pk)
        found = self.model._default_manager.filter(**{f"{self.path}__in": people}).distinct().order_by("pk")
        yield from found[:MOST_ROWS].iterator(chunk_size=500)

    def values(self, row: Any) -> list[Any]:
        """Return the values of one row, in words."""
        return [in_words(row, one[0] if isinstance(one, tuple) else one) for one in self.fields]


# Takes a community, the moment before which rows are older than their term, and how many rows at most; returns how many
# it cleared. Facts stay: it deletes rows that are none, and files.
Clear = Callable[[Community, dt.datetime, int], int]


@dataclass(frozen=True)
class Term:
    """Data that is cleared after the community's term (`retention_years`, V3), or after `years`."""

    name: str
    title: Any
    clear: Clear
    years: int | None = None


@dataclass
class _Registry:
    held: list[Holding] = field(default_factory=list)
    left_out: dict[type[Model], Any] = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)


_registry = _Registry()


def hold(
    model: type[Model],
    title: Any,
    *fields: str | tuple[str, Any],
    path: str = "volunteer",
    order: int,
    further: Further | None = None,
    is_own: bool = True,
    moment: str = "",
) -> None:
    """Register a kind of rows for the copy of a person's data. An app calls this once for each."""
    _registry.held.append(Holding(model, title, path, fields, order, further, is_own, moment))


def leave_out(model: type[Model], reason: str) -> None:
    """Register why rows of `model` are not in the copy. `reason` is read by developers, in English."""
    _registry.left_out[model] = reason


def held() -> list[Holding]:
    """Return the kinds of rows in the order of the copy."""
    return sorted(_registry.held, key=lambda one: one.order)


def left_out() -> dict[type[Model], str]:
    """Return the models that are not in the copy, with the reason."""
    return dict(_registry.left_out)


def clear_after_term(name: str, title: Any, clear: Clear, *, years: int | None = None) -> None:
    """Register data that the clock clears after the community's term, or after `years`.

    Staff read the `title`.
    """
    _registry.terms.append(Term(name, title, clear, years))


def terms() -> list[Term]:
    """Return what the clock clears, in the order of the apps."""
    return list(_registry.terms)
