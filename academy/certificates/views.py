"""The public page behind a certificate's code."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from academy.certificates import addresses, file_signers, integrity, letters, printing, receipts, services
from academy.certificates.awards import FACT_WORDS
from academy.certificates.letter_views import show_verified
from academy.certificates.models import Certificate
from academy.core import practice
from academy.core.http import unindexed
from academy.core.keys import is_key, normalise_key, split_key
from academy.hours.sentences import EVIDENCE_WORDS
from academy.people.models import Issuer
from academy.people.practice_views import communities_shown

# A certificate's number without its dashes: the unit, the year, the number in it.
NUMBER = re.compile(r"((?:ZM|演练)\d{2,})(\d{4})(\d{6})")
UNITS_SHOWN = 3


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Verification code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


@never_cache
@require_GET
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the verification code, and redirect a typed one to its page."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        code = normalise_key(form.cleaned_data["code"])
        if code.isalnum() and code.isascii():
            return redirect("certificates:verify", code=code)
        return _unknown(request, form.cleaned_data["code"])
    return unindexed(render(request, "certificates/verify.html", {"state": "ask", "form": form}))


@never_cache
@require_GET
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Show the content and the evidence of a certificate (P5). The masked name is its only personal data.

    Content that is stored otherwise than it was issued is not shown.
    """
    certificate = services.find(code)
    if certificate is None:
        if (letter := letters.find(code)) is not None:
            return show_verified(request, letter)
        if (receipt := receipts.find(code)) is not None:
            return redirect("certificates:receipt", code=receipt.code)
        return _unknown(request, code)
    if certificate.community.is_practice:
        practice.mark(request)
        if certificate.community.closed_at is not None:  # the paper may still exist, and says what it is
            return unindexed(render(request, "certificates/verify.html", {"state": "practice"}))
    if not integrity.is_intact(certificate):
        context = {"state": "changed", "number": certificate.number, "issuer": certificate.issuer}
        return unindexed(render(request, "certificates/verify.html", context))
    closure = getattr(certificate, "closure", None)
    replacement = closure.replacement if closure else None
    context = {
        "state": closure.reason if closure else "valid",
        "certificate": {**certificate.snapshot, "number": certificate.number, **_shown(certificate)},
        "facts": [(FACT_WORDS[key], value) for key, value in certificate.snapshot.get("facts", {}).items()],
        "heading": certificate.snapshot.get("design", {}).get("heading", ""),
        "basis": [(EVIDENCE_WORDS[word], hours) for word, _minutes, hours in certificate.snapshot["evidence"]],
        "closure": closure,
        "replacement_url": addresses.page_of(replacement.code) if replacement else "",
        "signer": None if closure else file_signers.signer_of(certificate.issuer, at=timezone.now()),
        "host": str(settings.PUBLIC_URL),
        "of_practice": practice.shows_practice(request),
    }
    return unindexed(render(request, "certificates/verify.html", context))


def _unknown(request: HttpRequest, code: str) -> HttpResponse:
    """Render that no certificate has this code, or that it is the number and not the code."""
    plain = normalise_key(code)
    number = NUMBER.fullmatch(plain)
    state, typed = "number" if number else "unknown", code
    if number:
        typed = "-".join(number.groups())
    elif is_key(plain):
        typed = split_key(plain)
    units = list(Issuer.objects.filter(community__in=communities_shown(request)).order_by("name")[: UNITS_SHOWN + 1])
    context = {
        "state": state,
        "form": CodeForm(initial={"code": typed[:40]}),
        "units": units if len(units) <= UNITS_SHOWN else [],  # of a large site, the paper names the right one
    }
    return unindexed(render(request, "certificates/verify.html", context, status=404))


def _shown(certificate: Certificate) -> dict[str, Any]:
    return {
        "period_from": certificate.period_from,
        "period_to": certificate.period_to,
        "issued_at": certificate.issued_at,
        "masked_name": services.masked_name_of(certificate),
        "adds_up": printing.adds_up(certificate.snapshot),
        "rows": [{**row, "date": dt.date.fromisoformat(row["date"])} for row in certificate.snapshot["rows"]],
    }
