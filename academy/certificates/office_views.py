"""Pages for an office that checks certificates: many at once, with a receipt, and a file (P5)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from academy.activities.call_views import OF_A_NETWORK, SLOW_DOWN
from academy.certificates import addresses, file_checks, pasted, receipt_printing, receipts, states
from academy.certificates.models import Receipt
from academy.certificates.receipts import Finding
from academy.core import practice
from academy.core.http import form_page, unindexed
from academy.core.keys import split_key
from academy.core.refusals import Refusal, add_to_form
from academy.paper import signatures
from academy.paper.http import pdf_response
from academy.people.http import hashed_network_of, network_of
from academy.people.services import attempts
from academy.people.services.attempts import Source

MOST_TEXT = 20_000


class LinesForm(forms.Form):
    lines = forms.CharField(
        label=_("Numbers or codes, one on each line"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "Best with the verification code: “ZM01-2026-000123 7K3M-9QXA-2B4C-5D6E”. A scanner on the computer may "
            "type the codes. Names and other words are not kept."
        ),
    )


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("PDF file of the certificate"),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
    )


@never_cache
@form_page
def many(request: HttpRequest) -> HttpResponse:
    """Look up a pasted list, and lead to its receipt; without one, the findings stand below the form."""
    form = LinesForm(request.POST or None)
    findings: list[Finding] = []
    if form.is_valid():
        asked = list(pasted.read(form.cleaned_data["lines"]))
        answer = receipts.give_receipt(asked=asked, network=hashed_network_of(request), at=timezone.now())
        if isinstance(answer, Receipt):
            return redirect("certificates:receipt", code=answer.code)
        add_to_form(form, answer, field="lines")
        findings = receipts.look_up(asked) if len(asked) <= receipts.MOST_LINES else []
        if any(one.certificate and one.certificate.community.is_practice for one in findings):
            practice.mark(request)
    rows = [{"shown": one.shown, "word": state_words()[one.state], "state": one.state} for one in findings]
    return unindexed(render(request, "certificates/verify_many.html", {"form": form, "rows": rows}))


@never_cache
@require_GET
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Show a receipt: the findings at its moment, and how each certificate stands today."""
    found = _receipt(code)
    if receipts.is_of_practice(found):
        practice.mark(request)
    context = {
        "receipt": found,
        "code": split_key(found.code),
        "intact": receipts.is_intact(found),
        "rows": receipt_printing.rows_of(found, words=state_words()),
        "pdf_url": reverse("certificates:receipt_pdf", args=[found.code]),
    }
    return unindexed(render(request, "certificates/receipt.html", context))


@never_cache
@require_GET
def receipt_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Send the receipt as PDF, in Chinese."""
    found = _receipt(code)
    answer = receipt_printing.render(found) if receipts.is_intact(found) else None
    if answer is None:
        raise Http404
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
        return redirect("certificates:receipt", code=found.code)
    return unindexed(pdf_response(answer, f"查验回执_{timezone.localdate(found.checked_at)}_{found.code[:4]}.pdf"))


@never_cache
@form_page
def file(request: HttpRequest) -> HttpResponse:
    """Compare a PDF file with the certificate that it claims to be. The file is not kept."""
    form = FileForm(request.POST or None, request.FILES or None)
    checked: file_checks.FileCheck | None = None
    if form.is_valid():
        now = timezone.now()
        if wait := attempts.begin(sources=[Source("file.network", network_of(request), OF_A_NETWORK)], at=now):
            add_to_form(form, SLOW_DOWN, field="file")
            response = unindexed(render(request, "certificates/verify_file.html", {"form": form}, status=429))
            response.headers["Retry-After"] = str(wait)
            return response
        network = hashed_network_of(request)
        answer = file_checks.check(form.cleaned_data["file"].read(), at=now, network=network)
        if isinstance(answer, Refusal):
            add_to_form(form, answer, field="file")
        else:
            checked = answer
            if checked.certificate.community.is_practice:
                practice.mark(request)
    context: dict[str, Any] = {"form": form, "check": checked}
    if checked is not None:
        closure = getattr(checked.certificate, "closure", None)
        context |= {
            "state_word": states.WORDS[checked.state],
            "is_valid": checked.state == states.VALID,
            "closed_on": timezone.localdate(closure.closed_at) if closure else None,
            "page": addresses.page_of(checked.certificate.code),
            "signed_by": signatures.facts_of(checked.signature.certificate).name if checked.signature else "",
            "telephone": checked.certificate.issuer.telephone,
        }
    return unindexed(render(request, "certificates/verify_file.html", context))


def state_words() -> dict[str, Any]:
    """Return the words for the findings of a list."""
    return {
        **states.WORDS,
        receipts.UNREADABLE: _("No number or code on this line"),
        receipts.OTHER_CODE: _("The code belongs to another number"),
    }


def _receipt(code: str) -> Receipt:
    found = receipts.find(code)
    if found is None:
        raise Http404
    return found
