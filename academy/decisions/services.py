"""Deciding a request (K4): once, by a second person, or by one person alone after a waiting time."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.core import formats
from academy.core.look import current_language, with_certainty
from academy.core.refusals import Refusal
from academy.core.workdays import add_working_days
from academy.decisions.kinds import R, RequestKind, kind_of
from academy.decisions.second_person import family_logins, own_people
from academy.people.models import User

NOT_ALLOWED = Refusal("not_allowed", _("Somebody with the duty of approver decides this. Ask one of them."))
OWN_MATTER = Refusal("own_matter", _("This is about yourself or somebody you act for: another person decides it."))
WITNESS = Refusal("witness", _("You are the witness: somebody else decides it."))
NOT_YOURS = Refusal("not_allowed", _("Only the person who asked can take a request back. Ask the social worker."))
DECIDED = Refusal("decided", _("This has been decided already."))
NEEDS_REASON = Refusal("needs_reason", _("Write down why."))
LATE_NEEDS_REASON = Refusal("needs_reason", _("The day for this decision is over. Write down why it comes late."))


def not_yet_alone(day: dt.date) -> Refusal:
    """Return the refusal for one person who would decide alone while the others may still answer."""
    return Refusal(
        "not_yet_alone",
        _("A second person decides this. If nobody has answered by %(day)s, one person may act alone from then on.")
        % {"day": with_certainty(formats.day(day, current_language(), weekday=True), day)},
    )


@transaction.atomic
def decide(
    *,
    request: R,
    by: User,
    at: dt.datetime,
    accepted: bool,
    answer: str = "",
    fields: Mapping[str, Any] | None = None,
) -> R | Refusal:
    """Lock the request, store the decision on it, and let its kind carry the decision out.

    `fields`: more fields of the request that a yes sets. A user with the kind's `right` who neither asked nor took part
    in the matter before decides at once; what a member of the user's family asked counts as asked by the user. After
    the kind's `patience` without an answer, the others with that right and each user with the kind's `alone_right` may
    decide alone, with a reason. The witness never decides, and no user decides in their own matter or in that of a
    person for whom they act (K4). A no always has a reason, and so has an answer after the request's last day.

    Refuses with `decided`, `not_allowed`, `own_matter`, `witness`, `not_yet_alone`, `needs_reason`, and with the
    kind's own refusals (`cannot_accept`, `cannot_decline`, `gone`).
    """
    kind = kind_of(request)
    held = _hold_open(kind, request)
    if isinstance(held, Refusal):
        return held
    names = tuple(fields or {}) if accepted else ()
    for name in names:
        setattr(held, name, (fields or {})[name])
    if refusal := (kind.cannot_accept if accepted else kind.cannot_decline)(held, at=at):
        return refusal
    answer = answer.strip()
    alone = _may_decide(kind, held, by=by, at=at)
    if isinstance(alone, Refusal):
        return alone
    if not answer and (alone or not accepted):
        return NEEDS_REASON
    if not answer and is_overdue(held, at):
        return LATE_NEEDS_REASON
    held.decided_by, held.decided_at, held.accepted, held.answer, held.alone = by, at, accepted, answer, alone
    held.save(update_fields=["decided_by", "decided_at", "accepted", "answer", "alone", *names])
    kind.act(held, by=by, at=at)
    return held


@transaction.atomic
def withdraw(*, request: R, by: User, at: dt.datetime) -> R | Refusal:
    """Take an open request back as the user who asked: a no of its author without a reason (ADR 52).

    A record or a notice that waits for it goes on as before. Refuses with `not_allowed`, `decided`, and with the
    kind's `gone`.
    """
    if request.asked_by_id not in set(User.objects.filter(pk__in=by.with_former_logins()).values_list("pk", flat=True)):
        return NOT_YOURS
    kind = kind_of(request)
    held = _hold_open(kind, request)
    if isinstance(held, Refusal):
        return held
    held.decided_by, held.decided_at, held.accepted = by, at, False
    held.save(update_fields=["decided_by", "decided_at", "accepted"])
    kind.release(held, by=by, at=at)
    return held


def is_overdue(request: R, at: dt.datetime) -> bool:
    """Return whether the last day for this decision is over at `at`. Most kinds have no such day."""
    due_on = kind_of(request).due_on(request)
    return due_on is not None and timezone.localdate(at) > due_on


def alone_after(request: R, *, user: User, at: dt.datetime, decides: bool, family: Collection[int]) -> dt.date | None:
    """Return the last day of the others, after which `user` may decide alone; None: now.

    `decides`: whether the user has the kind's `right` in the request's community. `family`: the user's `family_logins`.
    """
    kind = kind_of(request)
    involved = {request.asked_by_id, *kind.decided_before(request)}
    if decides and not involved & {user.pk, *family}:
        return None
    return add_working_days(timezone.localdate(request.asked_at), kind.patience(request, at))


def _hold_open(kind: RequestKind[R], request: R) -> R | Refusal:
    """Lock the request and return it as it is stored; refuse with `decided`, or with the kind's `gone`."""
    kind.lock_first(request)
    locked = kind.model.objects.select_for_update(of=("self",)).select_related(*kind.related)
    held: R | None = locked.filter(pk=request.pk).first()
    if held is None:
        assert kind.gone is not None, f"{request!r} was deleted"
        return kind.gone
    return held if held.decided_at is None else DECIDED


def _may_decide(kind: RequestKind[R], request: R, *, by: User, at: dt.datetime) -> bool | Refusal:
    """Return whether `by` decides alone, or why they may not decide."""
    decides = by.has_right(kind.right, request.community)
    if not decides and not by.has_right(kind.alone_right, request.community):
        return NOT_ALLOWED
    if own_people(by, request.parties):
        return OWN_MATTER
    if own_people(by, kind.witnesses(request)):
        return WITNESS
    last = alone_after(request, user=by, at=at, decides=decides, family=family_logins(by))
    if last is not None and timezone.localdate(at) <= last:
        return not_yet_alone(last)
    return last is not None
