"""The back office's screens for certificates: preview, issue, print, revoke, replace (P8)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.generic import View
from django_filters import BooleanFilter
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets import AdminDateInput, BooleanRadioSelect
from wagtail.admin.widgets.button import Button

from academy.certificates import integrity, printing, services
from academy.certificates.models import Certificate, Closure
from academy.core import shown_hours
from academy.core.actions import ActionView
from academy.core.forms import CommunityFilterSet, CommunityModelForm
from academy.core.refusals import Refusal
from academy.core.spreadsheets import ExportColumn, time_columns
from academy.core.viewsets import CommunityViewSet
from academy.hours.exports import SERVICE
from academy.hours.sentences import EVIDENCE_WORDS
from academy.paper.http import pdf_response
from academy.people.exports import person_columns
from academy.people.permissions import Right


class IssueForm(CommunityModelForm):
    remark = forms.CharField(label=_("Other remarks"), max_length=200, required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta(CommunityModelForm.Meta):
        model = Certificate
        fields = ["issuer", "volunteer", "period_from", "period_to"]
        widgets = {"period_from": AdminDateInput, "period_to": AdminDateInput}


class IssueView(generic.CreateView):
    """Show the basis of the certificate first; issue it if the user has seen exactly this basis."""

    template_name = "certificates/admin/issue.html"
    page_title = _("Issue a certificate")
    page_subtitle = _("Issue a certificate")
    submit_button_label = _("Show its basis")
    success_message = _("Certificate %(object)s is issued.")
    content: services.Content | None = None

    def get_success_url(self) -> str:
        return reverse("certificate:inspect", args=[self.object.pk])

    def get_success_buttons(self) -> list[Any]:
        return []

    def form_valid(self, form: IssueForm) -> HttpResponse:
        asked = {name: form.cleaned_data[name] for name in ("issuer", "volunteer", "period_from", "period_to")}
        content = services.content_of(**asked)
        if isinstance(content, Refusal):
            return self._refuse(form, content)
        seen = f"{asked['issuer'].pk}.{asked['volunteer'].pk}." + ".".join(str(record.pk) for record in content.records)
        if form.cleaned_data["seen"] != seen:
            self.content, self.form = content, form
            form.data = {**form.data.dict(), "seen": seen}
            return self.render_to_response(self.get_context_data(form=form))
        answer = services.issue(**asked, remark=form.cleaned_data["remark"], by=self.request.user, at=timezone.now())
        if isinstance(answer, Refusal):
            return self._refuse(form, answer)
        self.object = answer
        return self.save_action()

    def _refuse(self, form: IssueForm, refusal: Refusal) -> HttpResponse:
        self.form = form
        form.add_error(None, str(refusal))
        self.produced_error_code, self.produced_error_message = refusal.code, str(refusal)
        return self.form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.content is not None:
            context["content"] = self.content
            community_id = self.form.cleaned_data["issuer"].community_id
            context["evidence"] = [
                (EVIDENCE_WORDS[evidence], shown_hours.hours(minutes, community_id))
                for evidence, minutes in self.content.evidence
            ]
            context["submit_button_label"] = _("Issue this certificate")
        return context


class PrintView(PermissionCheckedMixin, View):
    model = Certificate
    pk_url_kwarg = "pk"
    permission_required = "view"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        certificate = get_object_or_404(Certificate.objects.select_related("volunteer"), pk=pk)
        answer = printing.render(certificate, at=timezone.now())
        if isinstance(answer, Refusal):
            messages.error(request, str(answer))
            return redirect("certificate:inspect", certificate.pk)
        return pdf_response(answer, f"{certificate.number}.pdf")


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
        answer = services.reissue(certificate=self.object, **given)
        if isinstance(answer, Refusal):
            return answer
        messages.success(self.request, self.done % {"object": self.object})
        return redirect("certificate:inspect", answer.pk)


class CertificateInspectView(generic.InspectView):
    template_name = "certificates/admin/inspect.html"

    @property
    def header_more_buttons(self) -> list[Button]:
        if hasattr(self.object, "closure"):
            return []
        acts = [
            ("print", _("Print"), "print"),
            ("reissue", _("Replace the certificate"), "rotate"),
            ("revoke", _("Revoke the certificate"), "cross"),
        ]
        return [
            Button(label, url=reverse(f"certificate:{name}", args=[self.object.pk]), icon_name=icon, priority=priority)
            for priority, (name, label, icon) in enumerate(acts)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        certificate = self.object
        evidence = _content(certificate).get("evidence", ())
        return super().get_context_data(
            certificate=certificate,
            state=_state_word(certificate),
            closure=getattr(certificate, "closure", None),
            evidence=[(EVIDENCE_WORDS[word], hours) for word, _minutes, hours in evidence],
            intact=integrity.is_intact(certificate),
            verify_url=printing.verify_url(certificate),
            **kwargs,
        )


class CertificateIndexView(generic.IndexView):
    add_item_label = _("Issue a certificate")

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("volunteer", "issuer", "closure")

    def get_list_more_buttons(self, instance: Certificate) -> list[MenuItem]:
        if hasattr(instance, "closure"):
            return super().get_list_more_buttons(instance)
        url = reverse("certificate:print", args=[instance.pk])
        return [*super().get_list_more_buttons(instance), MenuItem(_("Print"), url=url, icon_name="print", priority=5)]


def _state_word(certificate: Certificate) -> str:
    closure: Closure | None = getattr(certificate, "closure", None)
    return str(closure.get_reason_display()) if closure else pgettext("certificate", "Valid")


def _hours(certificate: Certificate) -> str:
    return str(_content(certificate).get("hours", ""))


def _content(certificate: Certificate) -> dict[str, Any]:
    """Return the content of the certificate, empty if it was changed to something unreadable."""
    return certificate.snapshot if isinstance(certificate.snapshot, dict) else {}


class CertificateFilterSet(CommunityFilterSet):
    valid = BooleanFilter(
        field_name="closure",
        lookup_expr="isnull",
        label=pgettext_lazy("certificate", "Valid"),
        widget=BooleanRadioSelect,
    )

    class Meta:
        model = Certificate
        fields = {"issuer": ["exact"], "issued_at": ["date__gte", "date__lte"]}


class CertificateViewSet(CommunityViewSet):
    """Certificates to issue, print and close. An issued certificate is never edited."""

    model = Certificate
    rights = dict.fromkeys(("view", "add"), Right.ISSUE_CERTIFICATES)
    icon = "doc-full"
    menu_label = _("Certificates")
    menu_order = 400
    add_to_admin_menu = True
    index_view_class = CertificateIndexView
    add_view_class = IssueView
    inspect_view_class = CertificateInspectView
    inspect_view_enabled = True
    inspect_template_name = "certificates/admin/inspect.html"
    create_template_name = "certificates/admin/issue.html"
    list_display: list[Any] = [
        "number",
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
