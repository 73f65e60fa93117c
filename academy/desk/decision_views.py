"""The approver's one page, on a phone: what waits, with what speaks for it; one tap says yes, a no has its reason."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from academy.core.refusals import Refusal
from academy.desk import requests
from academy.desk.request_forms import TimesForm
from academy.hours import services as hours
from academy.people.asked import DECIDED
from academy.people.http import user_of
from academy.people.models import User
from academy.people.permissions import Right
from academy.recognition import services as recognition
from academy.rulebook import services as rulebook

DECIDE: dict[str, tuple[Callable[..., Any], str]] = {
    "make-up": (hours.decide_make_up, "make_up"),
    "objection": (hours.decide_objection, "objection"),
    "correction": (hours.decide_correction, "proposal"),
    "daily-approval": (hours.decide_daily_approval, "approval"),
    "overtime": (hours.decide_overtime, "overtime"),
    "star-rating": (recognition.decide_star, "rating"),
    "complaint": (recognition.decide_complaint, "complaint"),
    "rules": (rulebook.decide_publication, "publication"),
}


@login_required
@never_cache
@require_GET
def decisions(request: HttpRequest) -> HttpResponse:
    """Everything that waits for this person's decision."""
    user = _decider(request)
    context = {"pending": requests.waiting_for(user, timezone.now()), "today": timezone.localdate()}
    return render(request, "desk/decisions.html", context)


@login_required
@require_POST
def decide(request: HttpRequest, kind: str, asked_id: int) -> HttpResponse:
    """Yes or no to one matter; a refusal is said beside it, with what was typed."""
    user = _decider(request)
    if kind not in DECIDE:
        raise Http404
    asked = requests.asked_where(kind, user).filter(pk=asked_id).first()
    if asked is None and kind == "rules":
        # What was open for comments may be taken back: nothing is left of the question.
        messages.warning(request, str(rulebook.NOT_OPEN))
        return redirect("desk:decisions")
    if asked is None:
        raise Http404
    accepted, typed = "accept" in request.POST, request.POST.get("answer", "")[:200]
    if asked.decided_at is not None:
        # Somebody else was faster: the page does not show it any more, so nothing stands beside it.
        messages.warning(request, " ".join(filter(None, (str(DECIDED), typed and f"“{typed}”"))))
        return redirect("desk:decisions")
    extra: dict[str, Any] = {}
    if kind == "objection" and accepted:
        form = TimesForm(request.POST, shift=asked.record.shift)
        if not form.is_valid():
            sentence = " ".join(str(error) for errors in form.errors.values() for error in errors)
            return _again(request, user, kind, asked_id, sentence)
        extra["times"] = form.times
    service, name = DECIDE[kind]
    answer = service(**{name: asked}, by=user, at=timezone.now(), accepted=accepted, answer=typed, **extra)
    if isinstance(answer, Refusal):
        return _again(request, user, kind, asked_id, str(answer))
    messages.success(request, _("Accepted.") if accepted else _("Declined."))
    return redirect("desk:decisions")


def _again(request: HttpRequest, user: User, kind: str, asked_id: int, sentence: str) -> HttpResponse:
    """The page once more, with why it could not be done and what was typed."""
    context = {
        "pending": requests.waiting_for(user, timezone.now()),
        "today": timezone.localdate(),
        "refused": {"kind": kind, "id": asked_id, "sentence": sentence},
        "typed": request.POST,
    }
    return render(request, "desk/decisions.html", context)


def _decider(request: HttpRequest) -> User:
    user = user_of(request)
    if not any(user.communities_for(right).exists() for right in (Right.DECIDE, Right.CONFIRM_HOURS)):
        raise PermissionDenied
    return user
