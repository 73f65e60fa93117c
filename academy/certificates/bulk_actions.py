"""Bulk actions: print the chosen certificates, issue certificates to the chosen people."""

from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.certificates.batch_views import CHOSEN
from academy.certificates.models import Certificate
from academy.certificates.print_many import PrintForm, begin_printing
from academy.certificates.viewsets import CertificateFilterSet, CertificateViewSet
from academy.core.viewsets import CommunityBulkAction
from academy.paper.http import DOUBLE_SIDED, prints_double_sided
from academy.people.models import Volunteer
from academy.people.roll import as_listed

NAMED = 12  # certificates that the page names


class PrintCertificates(CommunityBulkAction):
    """Bulk action that prints the chosen certificates, or all that the list shows, in the background."""

    display_name = _("Print")
    action_type = "print_certificates"
    aria_label = _("Print the chosen certificates")
    template_name = "certificates/admin/print_many.html"
    models = [Certificate]
    permission = "view"
    form_class = PrintForm
    action_priority = 10

    def allowed(self) -> Any:
        found = super().allowed().select_related("volunteer__merged_into", "community", "closure")
        return _as_listed(found, self.request, self.next_url) if "all" in self.request.GET.getlist("id") else found

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), DOUBLE_SIDED: prints_double_sided(self.request)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        found = [entry["item"] for entry in context["items"]]
        valid = [one for one in found if not hasattr(one, "closure")]
        return {
            **context,
            "count": len(valid),
            "closed": len(found) - len(valid),
            "certificates": valid[:NAMED],
            "more": max(len(valid) - NAMED, 0),
        }

    def prepare_action(self, objects: list[Any], objects_without_access: Any) -> HttpResponse | None:
        assert self.cleaned_form is not None
        valid = [one for one in objects if not hasattr(one, "closure")]
        if not valid:
            return redirect(self.next_url)
        return begin_printing(self.request, valid, **self.cleaned_form.cleaned_data, at=timezone.now())

    @classmethod
    def execute_action(cls, objects: list[Any], **kwargs: Any) -> tuple[int, int]:
        raise NotImplementedError("`prepare_action` begins the work")


def _as_listed(certificates: Any, request: HttpRequest, address: str) -> Any:
    """Return those of the certificates that the list at `address` shows, by its filters and its search."""
    query = QueryDict(urlsplit(address).query)
    if typed := query.get("q", "").strip():
        fields = CertificateViewSet.search_fields
        certificates = certificates.filter(reduce(or_, (Q(**{f"{name}__icontains": typed}) for name in fields)))
    return CertificateFilterSet(query, queryset=certificates, request=request).qs


class IssueToChosen(CommunityBulkAction):
    """Bulk action on the roll: lead to the page that shows who of the chosen people gets a certificate."""

    display_name = _("Issue certificates")
    action_type = "issue_certificates"
    aria_label = _("Issue certificates to those chosen")
    template_name = "certificates/admin/print_many.html"
    models = [Volunteer]
    form_class = forms.Form
    action_priority = 40

    def allowed(self) -> Any:
        listed: Any = super().allowed()
        people = listed.present()
        return as_listed(people, self.request, self.next_url) if "all" in self.request.GET.getlist("id") else people

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        people, _others = self.get_actionable_objects()
        request.session[CHOSEN] = [person.pk for person in people]  # an address has no room for many
        return redirect(f"{reverse('certificates_of_many')}?chosen=1")

    def form_valid(self, form: forms.Form) -> HttpResponse:
        return self.get(self.request)

    @classmethod
    def execute_action(cls, objects: list[Any], **kwargs: Any) -> tuple[int, int]:
        raise NotImplementedError("`get` leads on")
