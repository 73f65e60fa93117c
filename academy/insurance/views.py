"""The back office's pages about filing: all activities, one activity, its lists, the setting."""

import datetime as dt
from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.activities.sign_up_views import SignUpPage, pages_of
from academy.core.practice import is_practice
from academy.core.refusals import Refusal, add_to_form
from academy.core.rights import RightRequiredMixin
from academy.core.workbooks import XLSX, Head, file_name, xlsx_response
from academy.insurance import printing, snapshots, works
from academy.insurance.cover import covers_of
from academy.insurance.forms import FilingForm, FilingTermsForm
from academy.insurance.models import FilingWorkbook, Recipient
from academy.insurance.services import filing, lists, terms
from academy.paper.http import pdf_response, warn_of_blanks
from academy.people.http import user_of
from academy.people.permissions import Right
from academy.works.http import print_later

SHOWN = dt.timedelta(days=30)
FILINGS_TITLE = _("Filing of activities")
TERMS_TITLE = _("Filing before activities")


class FilingsView(RightRequiredMixin, WagtailAdminTemplateMixin, TemplateView):
    """The activities of the next 30 days, each with its filing and what to tell."""

    right = Right.RUN_ACTIVITIES
    template_name = "insurance/admin/filings.html"
    page_title = FILINGS_TITLE
    header_icon = "doc-full"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": FILINGS_TITLE}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        states = filing.coming(self.communities, timezone.now(), within=SHOWN)
        return super().get_context_data(states=states, days=SHOWN.days, **kwargs)


class _ActivityPage(SignUpPage):
    @cached_property
    def state(self) -> filing.FilingState:
        return filing.state_of(self.activity_or_404())

    def show_list(self) -> None:
        told = (change.person for _filing, changes in self.state.to_tell for change in changes)
        people = [*(one.person for one in self.state.places), *(one for one in told if one is not None)]
        self.show({one.pk: one for one in people}.values())


class ActivityFilingView(_ActivityPage, FormView):  # type: ignore[type-arg]  # generic in its stubs only
    """One activity: its people, the changes since its filing, the lists to send, and the filing."""

    template_name = "insurance/admin/filing.html"
    form_class = FilingForm
    header_icon = "doc-full"
    page_title = _("Filing")

    def get_page_subtitle(self) -> str:
        return self.state.activity.title

    def trail(self) -> list[tuple[str, Any]]:
        return [*pages_of(self.state.activity), (reverse("filings"), FILINGS_TITLE)]

    def get_initial(self) -> dict[str, Any]:
        latest = self.state.latest
        recipient = latest[-1].recipient if latest else Recipient.INSURER
        return {"recipient": recipient, "filed_on": timezone.localdate(self.at), "seen": self._seen()}

    def _seen(self) -> str:
        return filing.snapshot_of(self.state.activity, self.state.places).sealed(self.state.activity.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        activity = self.state.activity
        self.show_list()
        documents = printing.masked_documents(self.state.places)
        return super().get_context_data(
            activity=activity,
            state=self.state,
            covers=covers_of(activity),
            rows=[(one, documents.get(one.person.pk, "")) for one in self.state.places],
            ages_unknown=activity.dangerous and any(one.person.birth_date is None for one in self.state.places),
            companions=sum(one.companions for one in self.state.places),
            history=activity.filings.select_related("noted_by__volunteer").order_by("-pk"),
            workbooks=FilingWorkbook.objects.filter(community=activity.community_id).exclude(columns={}),
            asks_documents=lists.asks_documents(activity),
            may_change_policies=user_of(self.request).has_right(Right.MANAGE_PEOPLE, activity.community),
            act=_("Note the filing"),
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        answer = filing.file_activity(
            activity=self.state.activity,
            recipient=data["recipient"],
            number=data["number"],
            filed_on=data["filed_on"],
            by=user_of(self.request),
            at=self.at,
            seen=snapshots.opened(data["seen"], self.state.activity.pk),
        )
        if isinstance(answer, Refusal):
            add_to_form(form, answer, {"needs_number": "number", "in_the_future": "filed_on"})
            return self.form_invalid(form)
        messages.success(self.request, _("Noted. People who join or leave from now on are listed here to be told."))
        return redirect("activity_filing", self.state.activity.pk)


class ListFileView(_ActivityPage, View):
    """The list as a spreadsheet for the insurer, with whole ID numbers if a policy asks for them."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        activity = self.state.activity
        whole = lists.asks_documents(activity)
        answer = lists.lines_for(activity=activity, whole=whole, page=request.path, by=user_of(request), at=self.at)
        if isinstance(answer, Refusal):
            messages.error(request, str(answer))
            return redirect("activity_filing", pk)
        self.show_list()
        heads = [Head(str(_("ID number") if field == lists.WHOLE else lists.FIELDS[field])) for field in lists.OURS]
        rows = [[row[field] for field in lists.OURS] for row in answer.rows]
        return xlsx_response(activity.title, heads, rows, step=1, practice=is_practice(activity.community_id))


class ListFormView(_ActivityPage, View):
    """The list on the recipient's own form."""

    def get(self, request: HttpRequest, pk: int, workbook: int) -> HttpResponseBase:
        activity = self.state.activity
        form = get_object_or_404(FilingWorkbook, pk=workbook, community=activity.community_id)
        answer = lists.fill_workbook(
            workbook=form, activity=activity, page=request.path, by=user_of(request), at=self.at
        )
        if isinstance(answer, Refusal):
            messages.error(request, str(answer))
            return redirect("activity_filing", pk)
        self.show_list()
        response = HttpResponse(answer, content_type=XLSX, headers={"Cache-Control": "no-store"})
        name = file_name(f"{PurePath(form.name).stem[:60]} {activity.title}", "xlsx")
        response.headers["Content-Disposition"] = str(content_disposition_header(True, name))
        return response


class ListPaperView(_ActivityPage, View):
    """The list on paper, with masked ID numbers; a long one is printed in the background."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        activity, lines = self.state.activity, len(self.state.places)
        answer: HttpResponse | bytes | Refusal | None = print_later(
            request,
            kind=works.PrintingPeople,
            community=activity.community,
            order={"activity": pk},
            lines=lines,
            few=works.FEW,
        )
        answer = answer or printing.print_pdf(state=self.state, at=self.at)
        if isinstance(answer, Refusal):
            messages.error(request, str(answer))
            return redirect("activity_filing", pk)
        self.show_list()
        warn_of_blanks(request, {one.person.name for one in self.state.places})
        return pdf_response(answer, f"{activity.title}.pdf") if isinstance(answer, bytes) else answer


class FilingTermsView(RightRequiredMixin, WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]
    """The administrator's choice: no filing, a warning, or a stop."""

    right = Right.KEEP_SETTINGS
    form_class = FilingTermsForm
    template_name = "core/admin/form.html"
    page_title = TERMS_TITLE
    header_icon = "doc-full"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": TERMS_TITLE}]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "communities": list(self.communities)}

    def get_initial(self) -> dict[str, Any]:
        return {f"before_{one.pk}": terms.before_of(one.pk) for one in self.communities}

    def form_valid(self, form: Any) -> HttpResponse:
        for community in self.communities:
            answer = terms.set_before(
                community=community, before=form.cleaned_data[f"before_{community.pk}"], by=user_of(self.request)
            )
            assert not isinstance(answer, Refusal), answer  # the page offers only communities with the right
        messages.success(self.request, _("Saved."))
        return redirect("filing_terms")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lead = _(
            "Some insurers and platforms want each activity with its list of people before it starts (A1). The "
            "check-in is never stopped. Dates of standing shifts are published in any case."
        )
        return super().get_context_data(act=_("Save"), lead=lead, **kwargs)
