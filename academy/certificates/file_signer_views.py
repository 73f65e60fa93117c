"""The back office's page for the keys with which recording units sign their PDF files (ADR 138)."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.certificates import file_signers
from academy.certificates.file_signer_models import FileSigner
from academy.core.http import posted_id
from academy.core.refusals import Refusal, add_to_form
from academy.core.rights import right_required
from academy.paper import signatures
from academy.people.http import user_of
from academy.people.models import Issuer
from academy.people.permissions import Right


class P12Form(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("P12 file of the unit"),
        widget=forms.FileInput(attrs={"accept": ".p12,.pfx,application/x-pkcs12"}),
        help_text=gettext_lazy("The file with certificate and private key that an authority (CA) gave to the unit."),
    )
    password = forms.CharField(
        label=gettext_lazy("Password of the file"),
        required=False,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("It opens the file once, and is not kept."),
    )


@right_required(Right.KEEP_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def file_signers_page(request: HttpRequest) -> HttpResponse:
    """Show the key of each unit, and take a P12 file for the one whose form was sent."""
    user, now = user_of(request), timezone.now()
    units = list(_units(request).select_related("community").order_by("community__name", "name"))
    sent = posted_id(request, "issuer")
    form = P12Form(request.POST or None, request.FILES or None, auto_id=f"id_{sent}_%s")
    chosen = next((one for one in units if one.pk == sent), None)
    if request.method == "POST" and chosen is not None and form.is_valid():
        content = form.cleaned_data["file"].read(signatures.MOST_P12 + 1)
        password = form.cleaned_data["password"]
        answer = file_signers.keep_signer(issuer=chosen, content=content, password=password, by=user, at=now)
        if not isinstance(answer, Refusal):
            messages.success(request, _("PDF files of %(unit)s are signed from now on.") % {"unit": chosen})
            return redirect("file_signers")
        field = "password" if answer == signatures.WRONG_PASSWORD else "file"
        add_to_form(form, answer, field=field)
    signers = {one.issuer_id: one for one in FileSigner.objects.filter(issuer__in=units, ended_at=None)}
    title = _("Signatures of PDF files")
    context = {
        "breadcrumbs_items": [*WagtailAdminTemplateMixin.breadcrumbs_items, {"url": "", "label": title}],
        "header_title": title,
        "page_title": title,
        "header_icon": "key",
        "has_time_stamps": bool(settings.TIME_STAMP_URL),
        "rows": [
            {
                "issuer": one,
                "form": form if one is chosen else P12Form(auto_id=f"id_{one.pk}_%s"),
                **_shown(signers.get(one.pk), now),
            }
            for one in units
        ],
    }
    return render(request, "certificates/admin/file_signers.html", context)


@right_required(Right.KEEP_SETTINGS)
@require_POST
def end_file_signer(request: HttpRequest, pk: int) -> HttpResponse:
    """Destroy the key of a unit."""
    issuer = get_object_or_404(_units(request), pk=pk)
    answer = file_signers.end_signer(issuer=issuer, by=user_of(request), at=timezone.now())
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
    else:
        messages.success(request, _("PDF files of %(unit)s are not signed any more.") % {"unit": issuer})
    return redirect("file_signers")


def _units(request: HttpRequest) -> Any:
    return Issuer.objects.filter(community__in=user_of(request).communities_for(Right.KEEP_SETTINGS))


def _shown(signer: FileSigner | None, now: Any) -> dict[str, Any]:
    if signer is None:
        return {}
    facts = signatures.facts_of(bytes(signer.certificate))
    return {
        "signer": signer,
        "facts": facts,
        "expired": signer.valid_until < now,
        "end_url": reverse("end_file_signer", args=[signer.issuer_id]),
    }
