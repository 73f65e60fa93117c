"""The kinds of requests. Each app registers its own in its module `decisions`: one class a kind."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, Generic, TypeVar

from django.core.exceptions import ImproperlyConfigured

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.decisions.models import Request
from academy.people.models import User
from academy.people.permissions import Right

R = TypeVar("R", bound=Request)


class RequestKind(Generic[R]):
    """One kind of request: how the approver's page shows it, who waits for whom, and what follows from the answer.

    Where a request stands and whom it concerns, its model says.
    """

    model: type[R]
    slug: str  # in the address /decisions/<slug>/<id>/
    template: str = "decisions/request.html"  # its card on the page; one of its own extends this one
    related: tuple[str, ...] = ()  # what deciding and the card need at hand
    prefetch: tuple[str, ...] = ()  # what the card needs besides
    columns: tuple[Any, ...] = ()  # what the back office's list shows before the decision
    names_parties: bool = True  # whether the card names the people whom it concerns
    alone_right: Right = Right.CONFIRM_HOURS  # who has it may decide alone after the others' time
    gone: Refusal | None = None  # set where a request may be taken back before it is decided

    # Who decides

    def decided_before(self, request: R) -> Collection[int | None]:
        """Return the logins (ids) that had their say in the matter: none of them is a second person."""
        return ()

    def witness(self, request: R) -> int | None:
        """Return the login (id) of the witness, who decides nothing."""
        return None

    def patience(self, request: R, at: dt.datetime) -> int:
        """Return for how many working days the others may answer before one person may decide alone."""
        raise NotImplementedError

    # What the card shows

    def summary(self, request: R) -> str:
        """Return the matter in one sentence."""
        raise NotImplementedError

    def beside(self, requests: list[R]) -> dict[int, dict[str, Any]]:
        """Return what the kind's template shows besides the request, by its id; read for all of them at once."""
        return {}

    def read_fields(self, request: R, data: Mapping[str, Any]) -> dict[str, Any] | Refusal:
        """Return the fields of the request that a yes sets, read from the posted `data`."""
        return {}

    # What follows

    def lock_first(self, request: R) -> None:
        """Lock what has to be locked before the request itself."""

    def cannot_accept(self, request: R, *, at: dt.datetime) -> Refusal | None:
        """Return why the request cannot be accepted as it stands."""
        return None

    def act(self, request: R, *, by: User, at: dt.datetime) -> None:
        """Do what follows from the answer, a yes or a no, and send the messages. In the transaction of the decision."""
        raise NotImplementedError


KINDS: dict[str, RequestKind[Any]] = {}
K = TypeVar("K", bound=type[RequestKind[Any]])


def register(kind: K) -> K:
    """Register the class of a kind; raise `ImproperlyConfigured` where its model breaks its contract."""
    made = kind()
    model = made.model
    if not issubclass(model, Request):
        raise ImproperlyConfigured(f"{kind.__name__}: {model.__name__} is no Request.")
    if _end_of(model, getattr(model, "community_path", "")) is not Community:
        raise ImproperlyConfigured(f"{model.__name__}.community_path does not lead to a community.")
    if model.parties is Request.parties:
        raise ImproperlyConfigured(f"{model.__name__}.parties does not say whom it concerns.")
    if made.slug in KINDS or model in (known.model for known in KINDS.values()):
        raise ImproperlyConfigured(f"{kind.__name__}: “{made.slug}” or its model is registered already.")
    KINDS[made.slug] = made
    return kind


def kind_of(request: R) -> RequestKind[R]:
    """Return the kind of `request`."""
    return next(kind for kind in KINDS.values() if kind.model is type(request))


def _end_of(model: Any, path: str) -> Any:
    for name in filter(None, path.split("__")):
        model = model._meta.get_field(name).related_model
    return model
