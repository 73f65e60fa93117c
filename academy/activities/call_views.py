"""The page behind the link of an urgent call: two buttons, and a masked name."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from academy.activities import calling
from academy.activities.call_models import Call
from academy.core import practice
from academy.core.http import form_page
from academy.core.keys import normalise_key
from academy.core.refusals import Refusal
from academy.people.http import network_of
from academy.people.services import attempts
from academy.people.services.attempts import Limit, Source

OF_A_NETWORK = Limit(free=40, half_life=60)  # a whole building may share one address
SLOW_DOWN = Refusal("too_many_attempts", _("Many people answer just now. Wait a minute, then tap again."))


@never_cache
@form_page
def answer_call(request: HttpRequest, key: str) -> HttpResponse:
    """Show what the person is asked to, and store their answer."""
    now = timezone.now()
    calls = Call.objects.select_related("shift__activity__community", "role", "volunteer__merged_into")
    call = calls.filter(key=normalise_key(key)).first()
    if call is None or request.method == "POST":  # who guesses is slowed down; a look at one's own call is free
        source = Source("call.network", network_of(request), OF_A_NETWORK)
        if wait := attempts.begin(sources=[source], at=now):
            response = _render(request, None, refusal=SLOW_DOWN, status=429)
            response.headers["Retry-After"] = str(wait)
            return response
    if call is None:
        return _render(request, None, refusal=calling.CALL_OVER, status=404)
    practice.show(request, call.shift.activity.community_id)
    if request.method != "POST":
        is_over = calling.is_over(call, now)
        return _render(request, call, is_open=not is_over, refusal=calling.CALL_OVER if is_over else None)
    outcome = calling.answer(call=call, comes=request.POST.get("comes") == "yes", at=now)
    if isinstance(outcome, Refusal):
        return _render(request, call, is_open=outcome.code != "call_over", refusal=outcome, status=409)
    return redirect("activities:answer_call", call.key)


def _render(request: HttpRequest, call: Call | None, *, status: int = 200, **context: Any) -> HttpResponse:
    response = render(request, "activities/call.html", {"call": call, **context}, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
