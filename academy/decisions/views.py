"""The approver's page on a phone: the waiting requests. One tap is a yes; a no needs a reason."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from academy.core.refusals import Refusal
from academy.core.sentences import join_sentences
from academy.decisions import selectors, services
from academy.decisions.kinds import KINDS, RequestKind
from academy.families.http import log_people_shown
from academy.people.http import user_of
from academy.people.models import User
from academy.people.services import practising


@login_required
@never_cache
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """Show every request that waits for this user's decision, and their own matters.

    `?overdue=` names a kind: only its requests after their last day are shown.
    """
    return _page(request, _decider(request), overdue=KINDS.get(request.GET.get("overdue", "")))


@login_required
@require_POST
def answer(request: HttpRequest, kind: str, request_id: int) -> HttpResponse:
    """Decide one request. A refusal is shown on its card, with the typed text."""
    user = _decider(request)
    if kind not in KINDS:
        raise Http404
    asked_kind = KINDS[kind]
    asked = selectors.visible(asked_kind, user).filter(pk=request_id).first()
    if asked is None:
        if asked_kind.gone is None:
            raise Http404
        messages.warning(request, str(asked_kind.gone))
        return redirect("decisions:list")
    accepted, typed = "accept" in request.POST, request.POST.get("answer", "")[:200]
    if asked.decided_at is not None:
        # Another user was faster: the page has no card any more that could show this.
        messages.warning(request, join_sentences([services.DECIDED, typed and f"“{typed}”"]))
        return redirect("decisions:list")
    fields = asked_kind.read_fields(asked, request.POST) if accepted else {}
    if isinstance(fields, Refusal):
        return _page(request, user, refused=_refused(kind, request_id, fields))
    decided = services.decide(request=asked, by=user, at=timezone.now(), accepted=accepted, answer=typed, fields=fields)
    if isinstance(decided, Refusal):
        return _page(request, user, refused=_refused(kind, request_id, decided))
    messages.success(request, str(asked_kind.accepted if accepted else asked_kind.declined))
    return redirect((accepted and asked_kind.next_step(decided)) or "decisions:list")


def _page(
    request: HttpRequest,
    user: User,
    *,
    overdue: RequestKind[Any] | None = None,
    refused: dict[str, Any] | None = None,
) -> HttpResponse:
    """Render the page; with `overdue` the late requests of that kind, with `refused` the typed text."""
    pending = selectors.waiting_for(user, timezone.now())
    if overdue is not None:
        pending = [one for one in pending if one.kind is overdue and one.is_overdue]
    log_people_shown(request, [person for one in pending for person in one.shown])
    context: dict[str, Any] = {
        "pending": pending,
        "today": timezone.localdate(),
        "may_practise": practising.open_practice_for(user) is not None,
        "overdue": overdue and capfirst(str(overdue.model._meta.verbose_name_plural)),
    }
    if refused is not None:
        context |= {"refused": refused, "typed": request.POST}
    return render(request, "decisions/list.html", context)


def _refused(kind: str, request_id: int, refusal: Refusal) -> dict[str, Any]:
    return {"kind": kind, "id": request_id, "sentence": str(refusal)}


def _decider(request: HttpRequest) -> User:
    user = user_of(request)
    if not user.rights & {right for kind in KINDS.values() for right in kind.readers}:
        raise PermissionDenied
    return user
