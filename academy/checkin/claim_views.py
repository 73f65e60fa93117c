"""“我来了”: a signed-out phone asks the leader, waits, and shows the leader's answer."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from academy.checkin.cookies import browser_of, has_grace, has_stale_token
from academy.checkin.forms import ClaimForm
from academy.checkin.gate_pages import (
    FORM_GONE_STALE,
    add_typed,
    gate_url,
    refused_offer,
    retry_url,
    scan_result,
    sign_in_page,
    unknown_page,
    was_typed,
)
from academy.checkin.models import Claim
from academy.checkin.next_steps import next_steps, tone_of
from academy.checkin.services import claimants, claims, scanning
from academy.core import practice
from academy.core.http import form_page
from academy.core.keys import normalise_key, random_key
from academy.core.refusals import Refusal
from academy.people.http import hashed_network_of
from academy.people.models import User


@csrf_exempt  # checked below: a stale form comes back with the typed text
@never_cache
@form_page
def ask(request: HttpRequest, checkpoint: str) -> HttpResponse:
    """Store a claim: `POST /c/<checkpoint>/claim/`. A GET redirects to the gate."""
    code = request.POST.get("code", "")[:40] or None
    if request.method != "POST" or isinstance(request.user, User):
        return redirect(gate_url(checkpoint, code, typed=was_typed(request)))
    form = ClaimForm(request.POST)
    if "key" in form.errors:
        typed = request.POST.copy()
        typed["key"] = random_key(claims.CLAIM_BITS)
        form = ClaimForm(typed)
        return sign_in_page(request, checkpoint, code, claim_form=form, notice=FORM_GONE_STALE, status=403)
    if has_stale_token(request):
        return sign_in_page(request, checkpoint, code, claim_form=form, notice=FORM_GONE_STALE, status=403)
    if not form.is_valid():
        # The form stands below the fold of many phones.
        first = next(iter(form.errors.values()))[0]
        return sign_in_page(request, checkpoint, code, claim_form=form, notice=first)
    asked = claims.ask(
        key=form.cleaned_data["key"],
        checkpoint=checkpoint,
        code=code,
        name=form.cleaned_data["name"],
        phone_tail=form.cleaned_data["phone_tail"],
        at=timezone.now(),
        grace=has_grace(request, checkpoint),
        browser=browser_of(request),
        network=hashed_network_of(request),
    )
    if isinstance(asked, Claim):
        answer = reverse("checkin:claim_answer", args=[normalise_key(checkpoint), asked.key])
        return redirect(add_typed(answer, typed=was_typed(request)))
    return _refused(request, checkpoint, code, form, asked)


def _refused(
    request: HttpRequest, checkpoint: str, code: str | None, form: ClaimForm, refusal: Refusal
) -> HttpResponse:
    offer = scanning.preview(checkpoint=checkpoint, code=code, volunteer=None, at=timezone.now(), grace=True)
    if offer is None:
        return unknown_page(request)
    if refusal.code == "too_many_waiting":
        return sign_in_page(request, checkpoint, code, claim_form=form, notice=refusal, status=503)
    return refused_offer(request, refusal, offer, status=409 if refusal.code == "id_reused" else 200)


@never_cache
@require_safe
def claim(request: HttpRequest, checkpoint: str, key: str) -> HttpResponse:
    """Render the state of a claim, for any phone that has its key: `/c/<checkpoint>/claim/<key>/`.

    With `?state`, return the state alone as JSON.
    """
    asked = get_object_or_404(
        Claim.objects.select_related("scan__volunteer", "scan__checkpoint", "checkpoint__activity"),
        key=normalise_key(key),
        checkpoint__key=normalise_key(checkpoint),
    )
    practice.show(request, asked.checkpoint.activity.community_id)
    state = _state(asked)
    if "state" in request.GET:
        return JsonResponse({"state": state})
    place = asked.checkpoint
    typed = was_typed(request)
    again = retry_url(place.key, rotating=place.rotating, typed=typed)
    context: dict[str, Any] = {
        "claim": asked,
        "state": state,
        "activity": place.activity,
        "leaving": asked.scan is None and claimants.is_leaving(asked),
        "state_url": f"{reverse('checkin:claim_answer', args=[asked.checkpoint.key, asked.key])}?state",
    }
    if asked.scan is not None and asked.scan.volunteer is not None:
        context["result"] = result = scan_result(asked.scan) | {"name": asked.name}
        if result["tone"]:
            code = result["refusal"].code
            context["steps"] = next_steps(code, gate=again, activity_id=place.activity_id, typed=typed)
    elif state in ("declined", "expired"):
        code = f"claim_{state}"
        context |= {"code": code, "tone": tone_of(code), "steps": next_steps(code, gate=again, typed=typed)}
    elif state == "cancelled":
        context |= {"code": state, "tone": tone_of(state), "steps": next_steps(state)}
    return render(request, "checkin/claim.html", context)


def _state(asked: Claim) -> str:
    """Return `waiting`, `vouched` (the scan itself may be refused), `declined`, `expired`, or `cancelled`."""
    if asked.answered_at is None:
        if asked.checkpoint.activity.cancelled_at is not None:
            return "cancelled"
        return "expired" if claims.has_expired(asked, at=timezone.now()) else "waiting"
    return "declined" if asked.scan_id is None else "vouched"
