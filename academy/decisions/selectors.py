"""The requests that wait for a user's decision, read for the page. This module does not write."""

import datetime as dt
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import QuerySet

from academy.core.refusals import Refusal
from academy.decisions.kinds import KINDS, RequestKind
from academy.decisions.models import Request
from academy.decisions.second_person import family_logins, own_people
from academy.decisions.services import OWN_MATTER, WITNESS, alone_after, is_overdue
from academy.people.models import User, Volunteer


@dataclass(frozen=True)
class Pending:
    """A request that waits for a decision, with the day from which its reader may decide it."""

    kind: RequestKind[Any]
    request: Any
    people: list[Volunteer]
    alone_after: dt.date | None  # None: the reader may decide at once
    is_overdue: bool = False  # the last day for this decision is over
    beside: dict[str, Any] = field(default_factory=dict)
    refusal: Refusal | None = None  # why the reader never decides it: their own matter, or they are its witness

    @property
    def shown(self) -> list[Volunteer]:
        """The people whose names the card shows."""
        return self.people if self.refusal else [*self.people, *self.kind.witnesses(self.request)]

    @property
    def title(self) -> str:
        return self.kind.title(self.request)

    @property
    def summary(self) -> str:
        return self.kind.summary(self.request)


def visible(kind: RequestKind[Any], user: User) -> QuerySet[Any]:
    """Return the kind's requests, decided ones too, that `user` may decide at once or alone later."""
    first, *others = (user.communities_for(right) for right in kind.readers)
    communities = reduce(or_, others, first)
    found: QuerySet[Any] = kind.model.objects.filter(**{f"{kind.model.community_path}__in": communities.distinct()})
    return found.select_related(*kind.related).prefetch_related(*kind.prefetch)


def count_waiting(user: User) -> int:
    """Return how many open requests `user` may decide by the right of their kind."""
    return sum(_open(kind, user).count() for kind in KINDS.values() if kind.right in user.rights)


def count_overdue(kind: RequestKind[Any], user: User, at: dt.datetime) -> int:
    """Return how many of `waiting_for` are requests of this kind after their last day."""
    return sum(is_overdue(request, at) for request in _open(kind, user))


def waiting_for(user: User, at: dt.datetime) -> list[Pending]:
    """Return the open requests of the communities where `user` decides: as many as `count_waiting`.

    Those that may be decided now come first, and among them those whose last day is over. Those that the user never
    decides (K4) come last, with the `refusal`.
    """
    decides = {
        right: set(user.communities_for(right).values_list("pk", flat=True))
        for right in {kind.right for kind in KINDS.values()} & user.rights
    }
    family = family_logins(user)
    of_kind: dict[str, list[tuple[Request, list[Volunteer]]]] = {}
    for slug, kind in KINDS.items():
        of_kind[slug] = [(one, one.parties if kind.names_parties else []) for one in _open(kind, user)]
    named = [
        person
        for slug, asked in of_kind.items()
        for request, people in asked
        for person in (*people, *KINDS[slug].witnesses(request))
    ]
    own = own_people(user, named)
    found: list[Pending] = []
    for slug, asked in of_kind.items():
        kind = KINDS[slug]
        refusals = {request.pk: _refuse(kind, request, people, own) for request, people in asked}
        beside = kind.beside([request for request, _people in asked if not refusals[request.pk]])
        for request, people in asked:
            may = request.community.pk in decides.get(kind.right, ())
            last = alone_after(request, user=user, at=at, decides=may, family=family)
            late, refusal = is_overdue(request, at), refusals[request.pk]
            found.append(Pending(kind, request, people, last, late, beside.get(request.pk, {}), refusal))
    return sorted(found, key=_urgency)


def _refuse(kind: RequestKind[Any], request: Any, people: list[Volunteer], own: set[int]) -> Refusal | None:
    if any(person.stays.pk in own for person in people):
        return OWN_MATTER
    return WITNESS if any(person.stays.pk in own for person in kind.witnesses(request)) else None


def _urgency(one: Pending) -> tuple[bool, bool, bool, dt.datetime]:
    return one.refusal is not None, one.alone_after is not None, not one.is_overdue, one.request.asked_at


def _open(kind: RequestKind[Any], user: User) -> QuerySet[Any]:
    return visible(kind, user).filter(decided_at=None)
