"""The requests that wait for a user's decision, read for the page. This module does not write."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.text import capfirst

from academy.decisions.kinds import KINDS, RequestKind
from academy.decisions.models import Request
from academy.decisions.services import alone_after, is_party
from academy.people.models import User, Volunteer
from academy.people.permissions import Right


@dataclass(frozen=True)
class Pending:
    """A request that waits for a decision, with the day from which its reader may decide it."""

    kind: RequestKind[Any]
    request: Any
    people: list[Volunteer]
    alone_after: dt.date | None  # None: the reader may decide at once
    beside: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return capfirst(str(self.request._meta.verbose_name))

    @property
    def summary(self) -> str:
        return self.kind.summary(self.request)


def visible(kind: RequestKind[Any], user: User) -> QuerySet[Any]:
    """Return the kind's requests, decided ones too, that `user` may decide at once or alone later."""
    communities = user.communities_for(Right.DECIDE) | user.communities_for(Right.CONFIRM_HOURS)
    found: QuerySet[Any] = kind.model.objects.filter(**{f"{kind.model.community_path}__in": communities.distinct()})
    return found.select_related(*kind.related).prefetch_related(*kind.prefetch)


def count_waiting(user: User) -> int:
    """Return how many open requests `user` may decide."""
    if not user.communities_for(Right.DECIDE).exists():
        return 0
    return sum(_open(kind, user).count() for kind in KINDS.values())


def waiting_for(user: User, at: dt.datetime) -> list[Pending]:
    """Return the open requests that `user` may decide, without their own; those for now come first."""
    decides = set(user.communities_for(Right.DECIDE).values_list("pk", flat=True))
    found: list[Pending] = []
    for kind in KINDS.values():
        shown: list[tuple[Request, list[Volunteer]]] = []
        for request in _open(kind, user):
            people = request.parties if kind.names_parties else []
            if not is_party(user, people):
                shown.append((request, people))
        beside = kind.beside([request for request, _people in shown])
        for request, people in shown:
            last = alone_after(request, user=user, at=at, decides=request.community.pk in decides)
            found.append(Pending(kind, request, people, last, beside.get(request.pk, {})))
    return sorted(found, key=lambda one: (one.alone_after is not None, one.request.asked_at))


def _open(kind: RequestKind[Any], user: User) -> QuerySet[Any]:
    return visible(kind, user).filter(decided_at=None)
