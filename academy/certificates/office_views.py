"""Pages for an office that checks certificates: many at once, with a receipt, and a file (P5)."""

import datetime as dt
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
from academy.certificates import addresses, file_checks, pasted, photographed, receipt_printing, receipts, states
from academy.certificates.models import Receipt
from academy.certificates.receipts import Finding
from academy.core import practice
from academy.core.bodies import takes_from_strangers
from academy.core.http import form_page, unindexed
from academy.core.keys import split_key
from academy.core.refusals import Refusal, add_to_form
from academy.paper import comparing, photos
from academy.paper.http import pdf_response
from academy.people.form_fields import FilesField
from academy.people.http import hashed_network_of, network_of
from academy.people.services import attempts
from academy.people.services.attempts import Limit, Source

MOST_TEXT = 20_000
MOST_OF_PHOTOS = 40_000_000  # bytes in one request
OF_PHOTOS = Limit(free=6, half_life=10 * 60)  # requests of a network: one of them may take a processor for seconds


class LinesForm(forms.Form):
    lines = forms.CharField(
        label=_("Numbers or codes, one on each line"),
        required=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "Best with the verification code: “ZM01-2026-000123 7K3M-9QXA-2B4C-5D6E”. A scanner on the computer may "
            "type the codes. Names and other words are not kept."
        ),
    )
    photos = FilesField(
        accept="image/jpeg,image/png,image/webp,image/heic,image/heif",
        label=_("Or photos of the certificates"),
        required=False,
        help_text=_(
            "The square codes must be sharp; several may be on one photo. At most 10 photos, 40 MB in all. They are "
            "read at once and not kept."
        ),
    )

    def clean_photos(self) -> list[Any]:
        given: list[Any] = self.cleaned_data["photos"]
        if len(given) > photographed.MOST_PHOTOS:
            raise forms.ValidationError(
                _("Choose 10 photos at most, and check the others afterwards."), code="too_many_photos"
            )
        return given


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("PDF file of the certificate"),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
    )


@takes_from_strangers(MOST_OF_PHOTOS)
@never_cache
@form_page
def many(request: HttpRequest) -> HttpResponse:
    """Look up a pasted list, and lead to its receipt; without one, the findings stand below the form."""
    form = LinesForm(request.POST or None, request.FILES or None)
    findings: list[Finding] = []
    if form.is_valid():
        now, given = timezone.now(), form.cleaned_data["photos"]
        if given and (wait := _wait(request, "verify_photos.network", now, OF_PHOTOS)):
            return _too_often(request, "certificates/verify_many.html", form, "photos", wait)
        on_photos = photographed.read((one.name, one.read(photos.MOST_BYTES + 1)) for one in given)
        for remark in on_photos.remarks:
            messages.warning(request, remark)
        asked = [*pasted.read(form.cleaned_data["lines"]), *on_photos.lines]
        answer = receipts.give_receipt(asked=asked, network=hashed_network_of(request), at=now)
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
        if wait := _wait(request, "file.network", now, OF_A_NETWORK):
            return _too_often(request, "certificates/verify_file.html", form, "file", wait)
        given, network = form.cleaned_data["file"], hashed_network_of(request)
        answer = file_checks.check(given.read(comparing.MOST_BYTES + 1), at=now, network=network)
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
            "signed_by": checked.certificate.issuer.name if checked.signature else "",
            "telephone": checked.certificate.issuer.telephone,
        }
    return unindexed(render(request, "certificates/verify_file.html", context))


def state_words() -> dict[str, Any]:
    """Return the words for the findings of a list."""
    return {
        **states.WORDS,
        receipts.UNREADABLE: _("No number or code on this line"),
        receipts.UNREAD_PHOTO: _("No code could be read on the photo"),
        receipts.OTHER_CODE: _("The code belongs to another number"),
    }


def _wait(request: HttpRequest, name: str, at: dt.datetime, limit: Limit) -> int:
    return attempts.begin(sources=[Source(name, network_of(request), limit)], at=at)


def _too_often(request: HttpRequest, template: str, form: forms.Form, field: str, wait: int) -> HttpResponse:
    add_to_form(form, SLOW_DOWN, field=field)
    response = unindexed(render(request, template, {"form": form}, status=429))
    response.headers["Retry-After"] = str(wait)
    return response


def _receipt(code: str) -> Receipt:
    found = receipts.find(code)
    if found is None:
        raise Http404
    return found
