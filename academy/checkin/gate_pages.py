"""The pages that the gate and “I am here” share: a state, a refusal, the sign-in. They store no row."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.checkin.choice import Candidate
from academy.checkin.cookies import has_grace, set_grace
from academy.checkin.forms import ClaimForm
from academy.checkin.services import codes, scanning
from academy.checkin.services.claims import CLAIM_BITS
from academy.core.keys import is_key, normalise_key, random_key
from academy.core.refusals import Refusal
from academy.people.forms import SlipForm

FORM_GONE_STALE = _("This page was open for too long. Nothing is lost: tap once more.")


def gate_url(checkpoint: str, code: str | None) -> str:
    """Return the address of the page behind a checkpoint, or behind one of its rotating codes.

    A text that can be no code is left out.
    """
    if is_key(code := normalise_key(code or "")):
        return reverse("checkin:gate_with_code", args=[checkpoint, code])
    return reverse("checkin:gate", args=[checkpoint])


def gate_page(
    request: HttpRequest, state: str, offer: scanning.Prospect, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Render the gate of `offer` in this state."""
    gate = offer.gate
    shift = offer.choice.shift or _next_shift(gate.shifts)
    activity = {"title": gate.title, "place": gate.place}
    return render(
        request,
        "checkin/page.html",
        {"state": state, "activity": activity, "shift": None if context.get("shifts") else shift, **context},
        status=status,
    )


def refused_page(
    request: HttpRequest,
    refusal: Refusal,
    offer: scanning.Prospect | None = None,
    *,
    activity: Any = None,
    href: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render the refusal with what to do next."""
    if offer is not None:
        activity = {"title": offer.gate.title, "place": offer.gate.place}
    context = {"state": "refused", "activity": activity, "refusal": refusal, "href": href}
    return render(request, "checkin/page.html", context, status=status)


def unknown_page(request: HttpRequest) -> HttpResponse:
    """Render the refusal of an address without a checkpoint."""
    return refused_page(request, codes.unknown_checkpoint(at=timezone.now()), href=reverse("checkin:typed"), status=404)


def _next_shift(shifts: tuple[Candidate, ...]) -> Candidate | None:
    return next((shift for shift in shifts if shift.ends_at > timezone.now()), shifts[-1] if shifts else None)


def sign_in_page(
    request: HttpRequest,
    checkpoint: str,
    code: str | None,
    *,
    claim_form: ClaimForm | None = None,
    notice: Any = "",
    status: int = 200,
) -> HttpResponse:
    """Render the sign-in and “I am here”. A good code stays good for five minutes in this browser."""
    now = timezone.now()
    offer = scanning.preview(checkpoint=checkpoint, code=code, volunteer=None, at=now)
    if offer is None:
        return unknown_page(request)
    fresh = offer.gate.rotating and offer.refusal is None
    if offer.refusal is not None and has_grace(request, checkpoint):
        offer = scanning.preview(checkpoint=checkpoint, code=code, volunteer=None, at=now, grace=True) or offer
    if offer.refusal is not None:
        return refused_page(request, offer.refusal, offer)
    response = gate_page(
        request,
        "sign_in",
        offer,
        notice=notice,
        waits=offer.gate.rotating,
        slip_form=SlipForm(),
        slip_url=reverse("families:slip_typed"),
        login_url=f"{reverse('account_login')}?{urlencode({'next': gate_url(checkpoint, code)})}",
        next=gate_url(checkpoint, code),
        claim_form=claim_form or ClaimForm(initial={"key": random_key(CLAIM_BITS), "code": code or ""}),
        claim_url=reverse("checkin:claim", args=[offer.gate.key]),
        status=status,
    )
    if fresh:
        set_grace(request, response, offer.gate.key)
    return response
