"""The pages that the gate and “I am here” share: a state, a refusal, the sign-in. They store no row."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.checkin.choice import Candidate
from academy.checkin.cookies import browser_of, has_grace, set_grace
from academy.checkin.forms import ClaimForm
from academy.checkin.models import Scan
from academy.checkin.next_steps import next_steps, tone_of
from academy.checkin.refusals import worded_for_typing
from academy.checkin.services import claims, codes, scanning
from academy.checkin.services.claims import CLAIM_BITS
from academy.core.keys import is_key, normalise_key, random_key
from academy.core.practice import mark
from academy.core.refusals import Refusal
from academy.people.forms import SlipForm

TYPED = "typed"

FORM_GONE_STALE = _("This page was open for too long. Nothing is lost: tap once more.")


def gate_url(checkpoint: str, code: str | None, *, typed: bool = False) -> str:
    """Return the address of the page behind a checkpoint, or behind one of its rotating codes.

    A text that can be no code is left out. `typed`: the pages that follow say “type” in place of “scan”.
    """
    if is_key(code := normalise_key(code or "")):
        return add_typed(reverse("checkin:gate_with_code", args=[checkpoint, code]), typed=typed)
    return add_typed(reverse("checkin:gate", args=[checkpoint]), typed=typed)


def add_typed(url: str, *, typed: bool) -> str:
    """Return the address with the mark of a typed code, if it was typed."""
    return f"{url}{'&' if '?' in url else '?'}{TYPED}" if typed else url


def was_typed(request: HttpRequest) -> bool:
    """Return whether the code of this page was typed and not scanned."""
    return TYPED in request.GET


def gate_page(
    request: HttpRequest,
    state: str,
    offer: scanning.Prospect,
    *,
    shift_id: int | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Render the gate of `offer` in this state. `shift_id`: the shift that was chosen before."""
    gate = offer.gate
    if gate.practice:
        mark(request)
    shift = gate.shift(shift_id) or offer.choice.shift or _next_shift(gate.shifts)
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
    *,
    title: str = "",
    activity_id: int | None = None,
    gate: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render the refusal and the next steps. `gate`: the address to try again, if that can help."""
    typed = was_typed(request)
    context = {
        "state": "refused",
        "activity": {"title": title} if title else None,
        "refusal": worded_for_typing(refusal) if typed else refusal,
        "tone": tone_of(refusal.code),
        "steps": next_steps(refusal.code, gate=gate, activity_id=activity_id, typed=typed),
    }
    return render(request, "checkin/page.html", context, status=status)


def refused_offer(
    request: HttpRequest, refusal: Refusal, offer: scanning.Prospect, *, status: int = 200
) -> HttpResponse:
    """Render the refusal at the gate of `offer`."""
    gate = offer.gate
    if gate.practice:
        mark(request)
    again = retry_url(gate.key, rotating=gate.rotating, typed=was_typed(request))
    return refused_page(request, refusal, title=gate.title, activity_id=gate.activity_id, gate=again, status=status)


def retry_url(checkpoint: str, *, rotating: bool, typed: bool) -> str:
    """Return the address at which a person can try again; empty if they need a new code from the screen."""
    return "" if rotating else gate_url(checkpoint, None, typed=typed)


def scan_result(scan: Scan) -> dict[str, Any]:
    """Return what a page shows of a stored scan.

    `repeated`: an earlier scan, at the time `at`, had done the same already. `tone`: of a refusal, else empty.
    """
    person = scan.known_volunteer.stays
    answer = scanning.stored_answer(scan)
    code = answer.refusal.code if answer.refusal else ""
    at = {"": answer.at, "already_checked_in": answer.visit_opened_at}.get(code, answer.visit_closed_at)
    repeated = code == "already_checked_in" or (code == "not_checked_in" and at is not None)
    return {
        "name": person.name,
        "direction": answer.direction,
        "at": at,
        "repeated": repeated,
        "refusal": answer.refusal,
        "tone": tone_of(code) if code and not repeated else "",
        "minutes": scanning.seconds_today(volunteer=person, at=answer.at) // 60,
    }


def unknown_page(request: HttpRequest) -> HttpResponse:
    """Render the refusal of an address without a checkpoint."""
    return refused_page(request, codes.unknown_checkpoint(at=timezone.now()), status=404)


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
    """Render the sign-in and “I am here”. A good code stays good for five minutes in this browser.

    People whom the leader let in by this browser's claims, and who are still in, may leave without typing again;
    `?other` shows the sign-in to other people.
    """
    now = timezone.now()
    offer = scanning.preview(checkpoint=checkpoint, code=code, volunteer=None, at=now)
    if offer is None:
        return unknown_page(request)
    fresh = offer.gate.rotating and offer.refusal is None
    if offer.refusal is not None and has_grace(request, checkpoint):
        offer = scanning.preview(checkpoint=checkpoint, code=code, volunteer=None, at=now, grace=True) or offer
    if offer.refusal is not None:
        return refused_offer(request, offer.refusal, offer)
    leaving = []
    if claim_form is None and "other" not in request.GET:
        leaving = claims.people_inside(gate=offer.gate, browser=browser_of(request), at=now)
    typed = was_typed(request)
    here = gate_url(checkpoint, code, typed=typed)
    response = gate_page(
        request,
        "sign_in",
        offer,
        notice=notice,
        waits=offer.gate.rotating,
        leaving=[(person, random_key(CLAIM_BITS)) for person in leaving],
        slip_form=SlipForm(),
        slip_url=reverse("families:slip_typed"),
        login_url=f"{reverse('account_login')}?{urlencode({'next': here})}",
        next=here,
        typed=typed,
        claim_form=claim_form or ClaimForm(initial={"key": random_key(CLAIM_BITS), "code": code or ""}),
        claim_url=add_typed(reverse("checkin:claim", args=[offer.gate.key]), typed=typed),
        status=status,
    )
    if fresh:
        set_grace(request, response, offer.gate.key)
    return response
