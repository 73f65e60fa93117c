"""The back office's screens for certificates: preview, issue, print, revoke, replace (P8)."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.generic import View
from django_filters import BooleanFilter
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets import BooleanRadioSelect
from wagtail.admin.widgets.button import Button

from academy.certificates import (
    addresses,
    awarding,
    file_signers,
    integrity,
    printing,
    printouts,
    receipt_printing,
    services,
)
from academy.certificates.awards import FACT_WORDS
from academy.certificates.issue_views import IssueForm, IssueView
from academy.certificates.models import Certificate, Closure
from academy.core.actions import ActionView
from academy.core.forms import CommunityFilterSet
from academy.core.refusals import Refusal
from academy.core.spreadsheets import ExportColumn, time_columns
from academy.core.viewsets import CommunityViewSet
from academy.hours.exports import SERVICE
from academy.hours.sentences import EVIDENCE_WORDS
from academy.paper import signatures
from academy.paper.http import pdf_response
from academy.people.exports import person_columns
from academy.people.http import user_of
from academy.people.models import Issuer
from academy.people.permissions import Right


class PrintView(PermissionCheckedMixin, View):
    model = Certificate
    pk_url_kwarg = "pk"
    permission_required = "view"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        certificate = get_object_or_404(Certificate.objects.select_related("issuer", "volunteer__merged_into"), pk=pk)
        answer = printing.render(certificate, at=timezone.now())
        if isinstance(answer, Refusal):
            messages.error(request, str(answer))
            return redirect("certificate:inspect", certificate.pk)
        way, now = printouts.Way.DESK, timezone.now()
        printouts.note(certificates=[certificate], way=way, page=request.path, by=user_of(request), at=now)
        name = f"{certificate.get_kind_display()}_{certificate.volunteer.stays.name}_{certificate.number}.pdf"
        file = file_signers.signed(answer, issuer=certificate.issuer, at=now)
        if file.notice:
            messages.warning(request, str(file.notice))
        return pdf_response(file.content, name)


class WallSheetView(View):
    """Print the sheet for an office's wall, with the telephones of the units that the user issues for."""

    def get(self, request: HttpRequest) -> HttpResponse:
        communities = user_of(request).communities_for(Right.ISSUE_CERTIFICATES)
        if not communities.exists():
            raise PermissionDenied
        issuers = Issuer.objects.filter(community__in=communities).select_related("community").order_by("name", "pk")
        is_practice = any(one.community.is_practice for one in issuers)
        answer = receipt_printing.wall_sheet(issuers, practice=is_practice, at=timezone.now())
        if isinstance(answer, Refusal):
            messages.error(request, str(answer))
            return redirect("certificate:index")
        return pdf_response(answer, f"{_('Sheet for an office that checks')}.pdf")


class CertificateActionView(ActionView):
    permission_required = "add"

    def get_success_url(self) -> str:
        return reverse("certificate:inspect", args=[self.object.pk])


class NoteForm(forms.Form):
    note = forms.CharField(label=_("Reason"), max_length=200)


class RevokeView(CertificateActionView):
    form_class = NoteForm
    act = _("Revoke the certificate")
    lead = _("Its public page will say that it was revoked. This cannot be undone; a new one can be issued.")
    done = _("%(object)s is revoked.")
    serious = True

    def perform(self, form: NoteForm) -> Refusal | None:
        given = {"note": form.cleaned_data["note"], "by": self.request.user, "at": timezone.now()}
        answer = services.revoke(certificate=self.object, **given)
        return answer if isinstance(answer, Refusal) else None


class ReissueView(CertificateActionView):
    form_class = NoteForm
    act = _("Replace the certificate")
    lead = _(
        "A new one of the same unit and period, from the records as they stand now. This one is marked as replaced."
    )
    done = _("%(object)s is replaced.")

    def perform(self, form: NoteForm) -> Refusal | HttpResponse:
        given = {"note": form.cleaned_data["note"], "by": self.request.user, "at": timezone.now()}
        answer = awarding.reissue(certificate=self.object, **given)
        if isinstance(answer, Refusal):
            return answer
        messages.success(self.request, self.done % {"object": self.object})
        return redirect("certificate:inspect", answer.pk)


class CertificateInspectView(generic.InspectView):
    template_name = "certificates/admin/inspect.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        certificate = self.object
        evidence = _content(certificate).get("evidence", ())
        return super().get_context_data(
            certificate=certificate,
            state=_state_word(certificate),
            closure=getattr(certificate, "closure", None),
            facts=[(FACT_WORDS[key], value) for key, value in _content(certificate).get("facts", {}).items()],
            evidence=[(EVIDENCE_WORDS[word], hours) for word, _minutes, hours in evidence],
            intact=integrity.is_intact(certificate),
            key=None if hasattr(certificate, "closure") else _key_of(certificate),
            page_url=addresses.page_url(certificate.code),
            rows=[_row(row) for row in _content(certificate).get("rows", ())],
            **kwargs,
        )


class CertificateIndexView(generic.IndexView):
    add_item_label = _("Issue a certificate")

    @property
    def header_more_buttons(self) -> list[Button]:
        url = reverse("office_sheet")
        sheet = Button(_("Sheet for an office that checks"), url=url, icon_name="print", priority=30)
        many = Button(_("Issue to many people"), url=reverse("certificates_of_many"), icon_name="group", priority=10)
        batches = Button(_("Batches"), url=reverse("certificate_batch:index"), icon_name="list-ul", priority=20)
        return [*super().header_more_buttons, many, batches, sheet]

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("volunteer", "issuer", "closure")


def _state_word(certificate: Certificate) -> str:
    closure: Closure | None = getattr(certificate, "closure", None)
    return str(closure.get_reason_display()) if closure else pgettext("certificate", "Valid")


def _key_of(certificate: Certificate) -> signatures.CertificateFacts | None:
    """Return what the certificate of the unit's key says; nobody here checks it."""
    signer = file_signers.signer_of(certificate.issuer, at=timezone.now())
    return signatures.facts_of(bytes(signer.certificate)) if signer else None


def _hours(certificate: Certificate) -> str:
    return str(_content(certificate).get("hours", "")) if certificate.is_of_service else ""


def _content(certificate: Certificate) -> dict[str, Any]:
    """Return the content of the certificate, empty if it was changed to something unreadable."""
    return certificate.snapshot if isinstance(certificate.snapshot, dict) else {}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "date": dt.date.fromisoformat(row["date"])}


class CertificateFilterSet(CommunityFilterSet):
    valid = BooleanFilter(
        field_name="closure",
        lookup_expr="isnull",
        label=pgettext_lazy("certificate", "Valid"),
        widget=BooleanRadioSelect,
    )

    class Meta:
        model = Certificate
        fields = {"kind": ["exact"], "issuer": ["exact"], "issued_at": ["date__gte", "date__lte"]}


class CertificateViewSet(CommunityViewSet):
    """Certificates to issue, print and close. An issued certificate is never edited."""

    model = Certificate
    rights = dict.fromkeys(("view", "add"), Right.ISSUE_CERTIFICATES)
    icon = "doc-full"
    menu_order = 400
    add_to_admin_menu = True
    index_view_class = CertificateIndexView
    add_view_class = IssueView
    inspect_view_class = CertificateInspectView
    inspect_view_enabled = True
    inspect_template_name = "certificates/admin/inspect.html"
    create_template_name = "certificates/admin/issue.html"
    index_template_name = "core/admin/index.html"
    list_display: list[Any] = [
        BulkActionsCheckboxColumn("bulk_actions", obj_type="certificate"),
        TitleColumn(
            "number",
            label=Certificate._meta.get_field("number").verbose_name,
            sort_key="number",
            get_url=lambda certificate: reverse("certificate:inspect", args=[certificate.pk]),
        ),
        "kind",
        "volunteer",
        Column("hours", label=_("hours"), accessor=_hours),
        "period_from",
        "period_to",
        "issued_at",
        Column("state", label=_("state"), accessor=_state_word),
    ]
    filterset_class = CertificateFilterSet
    search_fields = [
        "number",
        "volunteer__name",
        "volunteer__number",
        "volunteer__merged_into__name",
        "volunteer__merged_into__number",
    ]
    ordering = "-issued_at"
    list_export = [
        "number",
        *person_columns(),
        *time_columns("minutes", *SERVICE),
        "period_from",
        "period_to",
        ExportColumn("state", _("state"), _state_word),
        "issuer",
        "issued_at",
        "issued_by",
        "kind",
    ]

    def get_form_class(self, for_update: bool = False) -> type[ModelForm]:
        return IssueForm

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("print/<int:pk>/", self.construct_view(PrintView), name="print"),
            path("revoke/<int:pk>/", self.construct_view(RevokeView), name="revoke"),
            path("reissue/<int:pk>/", self.construct_view(ReissueView), name="reissue"),
        ]
