"""The kinds of requests. Each app registers its own in its module `decisions`, one class per kind."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, Generic, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.decisions.models import Request
from academy.people.models import User, Volunteer
from academy.people.permissions import Right

R = TypeVar("R", bound=Request)


class RequestKind(Generic[R]):
    """One kind of request: its card on the approver's page, its deciders, and the effect of the answer.

    The model defines the community of a request and the people whom it concerns.
    """

    model: type[R]
    slug: str  # in the address /decisions/<slug>/<id>/
    template: str = "decisions/request.html"  # its card on the page; a template of its own extends this one
    related: tuple[str, ...] = ()  # for `select_related`: deciding and the card need them
    prefetch: tuple[str, ...] = ()  # for `prefetch_related`: the card needs them
    columns: tuple[Any, ...] = ()  # in the back office's list, before those of the decision
    names_parties: bool = True  # whether the card names the people whom it concerns
    is_for_volunteer: bool = False  # its `volunteer` reads it too, where another user asked for them
    right: Right = Right.DECIDE  # users with it decide at once
    readers: tuple[Right, ...] = (Right.DECIDE, Right.CONFIRM_HOURS)  # users with one of them see the requests
    alone_right: Right = Right.CONFIRM_HOURS  # users with it may decide alone after the others' time
    gone: Refusal | None = None  # set if a request may be taken back before it is decided
    accepted: Any = _("Accepted.")  # the sentences after a yes and after a no, in the words of the buttons
    declined: Any = _("Declined.")

    # Who decides

    def decided_before(self, request: R) -> Collection[int | None]:
        """Return the ids of the users who took part in the matter before: none of them is a second person."""
        return ()

    def witnesses(self, request: R) -> Collection[Volunteer]:
        """Return the people who saw it: neither they nor anybody who acts for them decides."""
        return ()

    def due_on(self, request: R) -> dt.date | None:
        """Return the last day for the decision; None if the rules set none."""
        return None

    def patience(self, request: R, at: dt.datetime) -> int:
        """Return for how many working days the others may answer before one person may decide alone."""
        raise NotImplementedError

    # The author's list

    def title(self, request: R) -> str:
        """Return the kind in words."""
        return capfirst(str(request._meta.verbose_name))

    def subject(self, request: R) -> str:
        """Return what the request is about, without the name of a person."""
        return str(request)

    # The card

    def summary(self, request: R) -> str:
        """Return the matter in one sentence."""
        raise NotImplementedError

    def beside(self, requests: list[R]) -> dict[int, dict[str, Any]]:
        """Return more context for the kind's template by the id of each request; one call reads it for all."""
        return {}

    def read_fields(self, request: R, data: Mapping[str, Any]) -> dict[str, Any] | Refusal:
        """Return the fields of the request that a yes sets, read from the posted `data`."""
        return {}

    # The effect

    def lock_first(self, request: R) -> None:
        """Lock the rows that have to be locked before the request itself."""

    def cannot_accept(self, request: R, *, at: dt.datetime) -> Refusal | None:
        """Return why the request cannot be accepted as it stands."""
        return None

    def cannot_decline(self, request: R, *, at: dt.datetime) -> Refusal | None:
        """Return why the request cannot be declined as it stands."""
        return None

    def act(self, request: R, *, by: User, at: dt.datetime) -> None:
        """Carry out the answer, a yes or a no, and send the messages, in the transaction of the decision."""
        raise NotImplementedError

    def next_step(self, request: R) -> str:
        """Return the address where the decider goes on after a yes; empty for the list of requests."""
        return ""

    def release(self, request: R, *, by: User, at: dt.datetime) -> None:
        """Let go on what waits for the request, in the transaction in which its author takes it back."""


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
        raise ImproperlyConfigured(f"{model.__name__} does not define `parties`.")
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
