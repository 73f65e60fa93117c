"""Letters of thanks: staff issue and print them, anybody verifies them."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.certificates import file_signers, letters
from academy.certificates.awards import FACT_WORDS
from academy.certificates.letter_models import Letter
from academy.core import practice
from academy.core.http import unindexed
from academy.core.refusals import Refusal, add_to_form
from academy.core.rights import right_required
from academy.paper.http import pdf_response
from academy.people.form_fields import DayField
from academy.people.http import user_of
from academy.people.models import Issuer
from academy.people.permissions import Right
from academy.people.typed_days import Near
from academy.units.models import Unit

SHOWN = 20


class LetterForm(forms.Form):
    issuer = forms.ModelChoiceField(Issuer.objects.none(), label=gettext_lazy("Recording unit"), empty_label=None)
    period_from = DayField(label=gettext_lazy("First day of the period"), near=Near.BEHIND)
    period_to = DayField(label=gettext_lazy("Last day of the period"), near=Near.BEHIND)

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        issuers: Any = self.fields["issuer"]
        issuers.queryset = Issuer.objects.filter(community=unit.community_id).order_by("pk")


@right_required(Right.ISSUE_CERTIFICATES)
@require_http_methods(["GET", "HEAD", "POST"])
def issue_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a letter of thanks with a number and a code to a unit, and list those that it has."""
    user, now = user_of(request), timezone.now()
    units = Unit.objects.filter(community__in=user.communities_for(Right.ISSUE_CERTIFICATES))
    unit = get_object_or_404(units.select_related("community"), pk=pk)
    today = timezone.localdate(now)
    usual = {"period_from": dt.date(today.year, 1, 1), "period_to": today}
    form = LetterForm(request.POST or None, unit=unit, initial=usual)
    if request.method == "POST" and form.is_valid():
        answer = letters.issue_letter(unit=unit, **form.cleaned_data, by=user, at=now)
        if not isinstance(answer, Refusal):
            messages.success(request, _("Letter %(number)s is issued.") % {"number": answer.number})
            return redirect("print_letter", answer.pk)
        add_to_form(form, answer, field="period_to")
    title = _("Letter of thanks with a number")
    context = {
        "breadcrumbs_items": [
            *WagtailAdminTemplateMixin.breadcrumbs_items,
            {"url": reverse("unit:index"), "label": capfirst(str(Unit._meta.verbose_name_plural))},
            {"url": "", "label": title, "sublabel": unit.name},
        ],
        "header_title": title,
        "page_title": title,
        "page_subtitle": unit.name,
        "header_icon": "mail",
        "form": form,
        "act": _("Issue and print"),
        "lead": _(
            "It bears a number and a code that anybody can verify, and stays as it is. The figures are those of the "
            "members' own effective records."
        ),
        "letters": Letter.objects.filter(unit=unit).select_related("closure")[:SHOWN],
    }
    return render(request, "certificates/admin/letter.html", context)


class RevokeForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


@right_required(Right.ISSUE_CERTIFICATES)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a letter of thanks with a reason."""
    letter = _own_letter(request, pk)
    form = RevokeForm(request.POST or None)
    back = reverse("unit_letter", args=[letter.unit_id])
    if request.method == "POST" and form.is_valid():
        answer = letters.revoke_letter(
            letter=letter, note=form.cleaned_data["note"], by=user_of(request), at=timezone.now()
        )
        if not isinstance(answer, Refusal):
            messages.success(request, _("%(object)s is revoked.") % {"object": letter})
            return redirect(back)
        add_to_form(form, answer)
    title = _("Revoke the letter of thanks")
    context = {
        "breadcrumbs_items": [
            *WagtailAdminTemplateMixin.breadcrumbs_items,
            {"url": back, "label": _("Letter of thanks with a number"), "sublabel": letter.unit.name},
            {"url": "", "label": title, "sublabel": letter.number},
        ],
        "header_title": title,
        "page_title": title,
        "page_subtitle": letter.number,
        "header_icon": "mail",
        "form": form,
        "act": title,
        "lead": _(
            "Its public page will say that it was revoked, and why. This cannot be undone; issue a new one then."
        ),
        "serious": True,
        "back": back,
    }
    return render(request, "core/admin/form.html", context)


@right_required(Right.ISSUE_CERTIFICATES)
@require_GET
def print_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Print a letter as it was issued."""
    letter = _own_letter(request, pk)
    answer = letters.print_letter(letter)
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
        return redirect("unit_letter", letter.unit_id)
    file = file_signers.signed(answer, issuer=letter.issuer, at=timezone.now())
    if file.notice:
        messages.warning(request, str(file.notice))
    return pdf_response(file.content, f"{letter.number}.pdf")


def _own_letter(request: HttpRequest, pk: int) -> Letter:
    own = Letter.objects.filter(community__in=user_of(request).communities_for(Right.ISSUE_CERTIFICATES))
    return get_object_or_404(own.select_related("unit", "issuer"), pk=pk)


def show_verified(request: HttpRequest, letter: Letter) -> HttpResponse:
    """Show the content of a letter of thanks to a visitor who has its code (P5)."""
    if letter.community.is_practice:
        practice.mark(request)
        if letter.community.closed_at is not None:  # as for a certificate: the paper may still exist
            return unindexed(render(request, "certificates/verify.html", {"state": "practice"}))
    closure = getattr(letter, "closure", None)
    context = {
        "letter": letter,
        "closure": closure,
        "signer": None if closure else file_signers.signer_of(letter.issuer, at=timezone.now()),
        "intact": letters.is_intact(letter),
        "facts": [(FACT_WORDS[key], value) for key, value in letter.snapshot["facts"].items()],
        "host": str(settings.PUBLIC_URL),
        "of_practice": practice.shows_practice(request),
    }
    return unindexed(render(request, "certificates/verify_letter.html", context))
