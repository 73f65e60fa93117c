"""The requests of a user, or for the person whose page they read, with their state."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Case, Q, QuerySet, Value, When

from academy.decisions.kinds import KINDS, RequestKind, kind_of
from academy.decisions.models import Request, RequestState
from academy.hours.models import MakeUp, Objection, ServiceRecord
from academy.people.models import User, Volunteer

MOST = 50  # requests on the page; older ones stand at their records
OPEN_ON_MY_PAGE = 5
KINDS_ON_MY_PAGE = 2  # each costs a statement
CHIPS = {  # the marks of components/chip.html
    RequestState.OPEN: "awaiting_confirmation",
    RequestState.ACCEPTED: "done",
    RequestState.DECLINED: "revoked",
    RequestState.WITHDRAWN: "withdrawn",
}


class _Row(NamedTuple):
    slug: str
    pk: int
    waits: int
    asked_at: dt.datetime
    decided_at: dt.datetime | None
    accepted: bool | None
    answer: str
    mine: int  # the user asked, or a former login of theirs did


@dataclass(frozen=True)
class MyRequest:
    """One request as its author, or the person whom it is for, reads it."""

    request: Any
    kind: RequestKind[Any]
    is_mine: bool  # the reader asked, and may take it back while it is open
    number: str = ""  # of the volunteer, if it is for another person than the page's

    @property
    def title(self) -> str:
        return self.kind.title(self.request)

    @property
    def subject(self) -> str:
        return self.kind.subject(self.request)

    @property
    def summary(self) -> str:
        return self.kind.summary(self.request)

    @property
    def state(self) -> RequestState:
        state: RequestState = self.request.state
        return state

    @property
    def chip(self) -> str:
        return CHIPS[self.state]

    @property
    def may_be_taken_back(self) -> bool:
        return self.is_mine and self.state == RequestState.OPEN


def requests_of(user: User, volunteer: Volunteer | None) -> list[MyRequest]:
    """Return the latest requests on the page of `volunteer`, the open ones first.

    On their own page users find all that they asked for, also for others; on the page of a person whom they act for,
    what is asked for that person. Without a `volunteer`, all that the user asked for.
    """
    return _read(_rows(user, volunteer), volunteer)


def for_my_page(user: User, volunteer: Volunteer) -> tuple[list[MyRequest], int]:
    """Return the open requests with the one decided last, and the number of other open ones.

    Takes one statement, and one for each of the two kinds at most that it returns.
    """
    rows = _rows(user, volunteer)
    waiting = [row for row in rows if row.decided_at is None]
    decided = [row for row in rows if row.decided_at is not None and (row.accepted or row.answer)]
    last = sorted(decided, key=lambda row: row.decided_at or row.asked_at)[-1:]
    kinds = list(dict.fromkeys(row.slug for row in [*waiting, *last]))[:KINDS_ON_MY_PAGE]
    shown = [row for row in waiting if row.slug in kinds][:OPEN_ON_MY_PAGE]
    return _read(shown + [row for row in last if row.slug in kinds], volunteer), len(waiting) - len(shown)


def find_mine(user: User, slug: str, pk: int) -> Request | None:
    """Return the request of this kind and id if `user` asked for it; else None."""
    kind = KINDS.get(slug)
    if kind is None:
        return None
    mine = kind.model.objects.filter(asked_by__in=user.with_former_logins(), pk=pk)
    found: Request | None = mine.select_related(*kind.related).first()
    return found


def waiting_make_up(user: User, volunteer: Volunteer, shift_id: int) -> MyRequest | None:
    """Return the open request for the volunteer's times at the shift; None without one."""
    kind = KINDS["make-up"]
    waiting = MakeUp.objects.of(volunteer).open().filter(shift=shift_id).select_related(*kind.related).first()
    return None if waiting is None else _shown(waiting, volunteer, is_mine=_is_of(user, waiting))


def waiting_at(volunteer: Volunteer, shift_ids: Sequence[int]) -> dict[int, MakeUp]:
    """Return the volunteer's open requests by the ids of their shifts."""
    return {one.shift_id: one for one in MakeUp.objects.of(volunteer).open().filter(shift__in=shift_ids)}


def own_objection(user: User, record: ServiceRecord) -> MyRequest | None:
    """Return the open objection to `record` if `user` raised it; None otherwise."""
    kind = KINDS["objection"]
    waiting = Objection.objects.open().filter(record=record, asked_by__in=user.with_former_logins())
    found = waiting.select_related(*kind.related).first()
    return None if found is None else MyRequest(found, kind, is_mine=True)


def about_record(user: User, record: ServiceRecord) -> list[MyRequest]:
    """Return the latest requests for times at the record's shift, and the user's objections to it."""
    volunteer, logins = record.volunteer.stays, user.with_former_logins()
    asked = [*_latest("make-up", MakeUp.objects.of(volunteer).filter(shift=record.shift_id))]
    asked += _latest("objection", Objection.objects.filter(record=record, asked_by__in=logins))
    asked.sort(key=lambda one: one.asked_at, reverse=True)
    return [_shown(one, volunteer, is_mine=_is_of(user, one)) for one in asked]


def _latest(slug: str, requests: QuerySet[Any]) -> QuerySet[Any]:
    return requests.select_related(*KINDS[slug].related).order_by("-asked_at")[:10]


def _asked(kind: RequestKind[Any], user: User, volunteer: Volunteer | None) -> QuerySet[Any]:
    own = user.own_volunteer
    asked = Q(asked_by__in=user.with_former_logins())
    every: QuerySet[Any] = kind.model.objects.all()
    if volunteer is None:
        return every.filter(asked)
    is_own_page = own is not None and own.stays.pk == volunteer.stays.pk
    if not kind.is_for_volunteer:
        # A user who is no volunteer has no other page for these.
        return every.filter(asked) if is_own_page or own is None else every.none()
    about = Q(volunteer__in=Volunteer.objects.one_with(volunteer.stays.pk))
    return every.filter(about | asked if is_own_page else about)


def _rows(user: User, volunteer: Volunteer | None) -> list[_Row]:
    parts = [
        _asked(kind, user, volunteer)
        .annotate(
            slug=Value(slug),
            waits=Case(When(decided_at=None, then=1), default=0),
            mine=Case(When(asked_by__in=user.with_former_logins(), then=1), default=0),
        )
        .order_by()
        .values_list("slug", "pk", "waits", "asked_at", "decided_at", "accepted", "answer", "mine")
        for slug, kind in KINDS.items()
    ]
    rows = parts[0].union(*parts[1:], all=True).order_by("-waits", "-asked_at", "slug", "-pk")
    return [_Row(*row) for row in rows[:MOST]]


def _read(rows: Sequence[_Row], volunteer: Volunteer | None) -> list[MyRequest]:
    of_kind: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        of_kind[row.slug].append(row.pk)
    found = {
        (slug, request.pk): request
        for slug, pks in of_kind.items()
        for request in KINDS[slug].model.objects.filter(pk__in=pks).select_related(*KINDS[slug].related)
    }
    return [_shown(found[row.slug, row.pk], volunteer, is_mine=bool(row.mine)) for row in rows]


def _shown(request: Any, volunteer: Volunteer | None, *, is_mine: bool) -> MyRequest:
    kind = kind_of(request)
    person = request.volunteer.stays if kind.is_for_volunteer else None
    is_other = person is not None and (volunteer is None or person.pk != volunteer.stays.pk)
    return MyRequest(request, kind, is_mine, person.number if person and is_other else "")


def _is_of(user: User, request: Request) -> bool:
    """Return whether `user` asked, or a former login of theirs did."""
    if request.asked_by_id in (user.pk, None) or request.decided_at is not None:
        return request.asked_by_id == user.pk
    return User.objects.filter(pk__in=user.with_former_logins()).filter(pk=request.asked_by_id).exists()
