"""The public page behind a certificate's code, and a volunteer's own certificates."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Min, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from academy.certificates import integrity, printing, services
from academy.certificates.models import Certificate
from academy.core.keys import normalise_key
from academy.core.refusals import Refusal
from academy.families.belongings import people_with_right
from academy.hours.models import Category, ServiceRecord
from academy.hours.sentences import EVIDENCE_WORDS
from academy.paper.http import pdf_response
from academy.people.http import user_of
from academy.people.models import Issuer, Volunteer
from academy.people.permissions import Right


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Verification code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


# Public pages


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
    return _unindexed(render(request, "certificates/verify.html", {"state": "ask", "form": form}))


@never_cache
@require_GET
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Show the content and the evidence of a certificate (P5). The masked name is its only personal data.

    Content that is stored otherwise than it was issued is not shown.
    """
    certificate = services.find(code)
    if certificate is None:
        return _unknown(request, code)
    if not integrity.is_intact(certificate):
        context = {"state": "changed", "number": certificate.number, "issuer": certificate.issuer}
        return _unindexed(render(request, "certificates/verify.html", context))
    closure = getattr(certificate, "closure", None)
    replacement = closure.replacement if closure else None
    context = {
        "state": closure.reason if closure else "valid",
        "certificate": {**certificate.snapshot, "number": certificate.number, **_shown(certificate)},
        "basis": [(EVIDENCE_WORDS[word], hours) for word, _minutes, hours in certificate.snapshot["evidence"]],
        "closure": closure,
        "replacement_url": reverse("certificates:verify", args=[replacement.code]) if replacement else "",
        "host": str(settings.PUBLIC_URL),
    }
    return _unindexed(render(request, "certificates/verify.html", context))


def _unknown(request: HttpRequest, code: str) -> HttpResponse:
    context = {"state": "unknown", "form": CodeForm(initial={"code": code[:40]})}
    return _unindexed(render(request, "certificates/verify.html", context, status=404))


def _shown(certificate: Certificate) -> dict[str, Any]:
    return {
        "period_from": certificate.period_from,
        "period_to": certificate.period_to,
        "issued_at": certificate.issued_at,
        "adds_up": printing.adds_up(certificate.snapshot),
        "rows": [{**row, "date": dt.date.fromisoformat(row["date"])} for row in certificate.snapshot["rows"]],
    }


def _unindexed(response: HttpResponse) -> HttpResponse:
    """Keep the page out of search engines."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


# Pages of the signed-in user


@dataclass(frozen=True)
class Offer:
    """A certificate that the volunteer could make today."""

    volunteer: Volunteer
    issuer: Issuer
    minutes: int
    since: dt.date


@login_required
@never_cache
@require_GET
def my(request: HttpRequest) -> HttpResponse:
    """Show the reader's certificates, and offer a new one of each unit with effective hours (P1)."""
    people = _people_of(request)
    certificates = (
        Certificate.objects.of_all(people)
        .select_related("issuer", "volunteer", "closure__replacement")
        .order_by("-issued_at", "-pk")
    )
    context = {"people": people, "offers": _offers(people), "certificates": certificates}
    return render(request, "certificates/my.html", context)


@login_required
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Issue a certificate over all hours that a unit has recorded for the volunteer until today."""
    people = _people_of(request)
    for offer in _offers(people):
        if (offer.volunteer.number, str(offer.issuer.pk)) == (request.POST.get("who"), request.POST.get("issuer")):
            now = timezone.now()
            answer = services.issue(
                issuer=offer.issuer,
                volunteer=offer.volunteer,
                period_from=offer.since,
                period_to=timezone.localdate(now),
                by=user_of(request),
                at=now,
            )
            if isinstance(answer, Refusal):
                messages.error(request, str(answer))
            else:
                messages.success(request, _("Certificate %(number)s is ready.") % {"number": answer.number})
            break
    else:
        messages.error(request, str(services.NOTHING_EFFECTIVE))
    return redirect("certificates:my")


@login_required
@never_cache
@require_GET
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    """Send the certificate as PDF."""
    own = Certificate.objects.of_all(_people_of(request))
    certificate = get_object_or_404(own.select_related("volunteer"), number=number)
    answer = printing.render(certificate, at=timezone.now())
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
        return redirect("certificates:my")
    return pdf_response(answer, f"{certificate.number}.pdf")


def _people_of(request: HttpRequest) -> list[Volunteer]:
    """Return the login's own volunteer, and the people for whom it may print."""
    return people_with_right(user_of(request), Right.PRINT_CERTIFICATE)


def _offers(people: list[Volunteer]) -> list[Offer]:
    rows = (
        ServiceRecord.objects.of_all(people)
        .effective()
        .filter(category=Category.SERVICE, minutes__gt=0)
        .order_by()
        .with_person()
        .values_list("person", "issuer")
        .annotate(
            minutes=Sum("minutes"),
            since=Min("date"),
            number=Coalesce("volunteer__merged_into__number", "volunteer__number"),
        )
        .order_by("number", "issuer__name")
        .values_list("person", "issuer", "minutes", "since")
    )
    persons = {person.pk: person for person in people}
    issuers = Issuer.objects.in_bulk([issuer for _volunteer, issuer, _minutes, _since in rows])
    return [Offer(persons[volunteer], issuers[issuer], minutes, since) for volunteer, issuer, minutes, since in rows]
