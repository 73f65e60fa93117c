"""The back office's page for a new certificate: its basis, then one button to issue and print it."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic

from academy.certificates import services
from academy.certificates.contents import Content, content_of
from academy.certificates.models import Certificate
from academy.core import shown_hours
from academy.core.forms import CommunityModelForm, choices_for
from academy.core.http import read_id
from academy.core.refusals import Refusal
from academy.designs.models import Design, PaperKind
from academy.hours.models import ServiceRecord
from academy.hours.sentences import EVIDENCE_WORDS
from academy.people.models import Issuer, Volunteer
from academy.people.permissions import Right
from academy.people.typed_days import Near

FURTHER = ("school", "school_class", "remark", "with_document", "design")
PRESETS = ("year", "last", "all")  # the usual wishes, in the order in which they are tried


def period_of(preset: str, volunteer: Volunteer, today: dt.date) -> tuple[dt.date, dt.date]:
    """Return the days of `year` (this one), `last` (year), or `all` (since the first record)."""
    if preset == "year":
        return dt.date(today.year, 1, 1), today
    if preset == "last":
        return dt.date(today.year - 1, 1, 1), dt.date(today.year - 1, 12, 31)
    first = ServiceRecord.objects.of(volunteer).effective().aggregate(first=Min("date"))["first"]
    return first or today, today


class IssueForm(CommunityModelForm):
    period = forms.ChoiceField(
        label=_("Which period"),
        choices=[
            ("year", _("this year")),
            ("last", _("last year")),
            ("all", _("everything until today")),
            ("own", _("from one day to another")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    school = forms.CharField(
        label=_("School"), max_length=60, required=False, help_text=_("In the form that schools ask for.")
    )
    school_class = forms.CharField(label=_("School class"), max_length=30, required=False)
    remark = forms.CharField(label=_("Other remarks"), max_length=200, required=False)
    with_document = forms.BooleanField(
        label=_("Print the whole ID number on this certificate"),
        required=False,
        help_text=_("Only if the volunteer asked for it on this one (V2). Each printing is logged."),
    )
    design = forms.ChoiceField(label=_("Template"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta(CommunityModelForm.Meta):
        model = Certificate
        fields = ["volunteer", "issuer", "period_from", "period_to"]

    field_order = ["volunteer", "issuer", "period", "period_from", "period_to", *FURTHER, "seen"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("period_from", "period_to"):
            self.fields[name].required = False
            self.fields[name].near = Near.BEHIND
        self.fields["period_from"].help_text = _("Only for “from one day to another”.")
        names = Design.objects.published().filter(
            community__in=self.for_user.communities_for(Right.ISSUE_CERTIFICATES), kind=PaperKind.SERVICE
        )
        own = list(dict.fromkeys(names.order_by("-published_at").values_list("name", flat=True)))
        if len(own) > 1:
            self.fields["design"].choices = [(name, name) for name in own]
        else:
            del self.fields["design"]
        issuers: Any = self.fields["issuer"]
        if issuers.queryset.count() == 1:
            issuers.empty_label = None
            self.initial.setdefault("issuer", issuers.queryset.get().pk)

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        volunteer, preset = cleaned.get("volunteer"), cleaned.get("period")
        if preset in PRESETS and volunteer is not None:
            cleaned["period_from"], cleaned["period_to"] = period_of(preset, volunteer, timezone.localdate())
        for name in ("period_from", "period_to"):
            if cleaned.get(name) is None and name not in self.errors and preset not in PRESETS:
                self.add_error(name, forms.ValidationError(_("Choose a day."), code="required"))
        return cleaned


class IssueView(generic.CreateView):
    """Show the basis of the certificate first; issue it if the user has seen exactly this basis.

    With `?volunteer=` the basis is there at once: of this year, else of the last one, else of all.
    """

    template_name = "certificates/admin/issue.html"
    page_title = _("Issue a certificate")
    page_subtitle = _("Issue a certificate")
    submit_button_label = _("Show its basis")
    success_message = _("Certificate %(object)s is issued.")
    content: Content | None = None
    refusal: Refusal | None = None  # to be certified in any of the periods
    community_id: int
    object: Any
    request: Any

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = None
        people = choices_for(Volunteer.objects.present(), request.user)
        asked = read_id(request.GET.get("volunteer"))
        volunteer = people.filter(pk=asked).first() if asked is not None else None
        if volunteer is not None:
            self._prefill(volunteer)
        page: HttpResponse = super().get(request, *args, **kwargs)
        return page

    def _prefill(self, volunteer: Volunteer) -> None:
        issuers = list(Issuer.objects.filter(community=volunteer.community_id).order_by("pk")[:2])
        self.initial = {"volunteer": volunteer.pk, "period": "year"}
        if len(issuers) == 1:
            self.initial["issuer"] = issuers[0].pk
            self._find_basis(issuers[0], volunteer)
        self.form = self.get_form()
        self.form.instance.volunteer = volunteer

    def _find_basis(self, issuer: Issuer, volunteer: Volunteer) -> None:
        today = timezone.localdate()
        for preset in PRESETS:
            period_from, period_to = period_of(preset, volunteer, today)
            content = content_of(issuer=issuer, volunteer=volunteer, period_from=period_from, period_to=period_to)
            if isinstance(content, Content):
                self.refusal, self.content, self.community_id = None, content, issuer.community_id
                self.initial |= {"period": preset, "seen": _seen(issuer, volunteer, content)}
                return
            self.refusal = self.refusal or content

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), **self.initial}

    def get_success_url(self) -> str:
        asked = self.request.POST.get("then")
        return reverse(f"certificate:{'print' if asked == 'print' else 'inspect'}", args=[self.object.pk])

    def get_success_buttons(self) -> list[Any]:
        return []

    def form_valid(self, form: IssueForm) -> HttpResponse:
        asked = {name: form.cleaned_data[name] for name in ("issuer", "volunteer", "period_from", "period_to")}
        content = content_of(**asked)
        if isinstance(content, Refusal):
            return self._refuse(form, content)
        seen = _seen(asked["issuer"], asked["volunteer"], content)
        if form.cleaned_data["seen"] != seen:
            self.content, self.form = content, form
            self.community_id = asked["issuer"].community_id
            form.data = {**form.data.dict(), "seen": seen}
            shown: HttpResponse = self.render_to_response(self.get_context_data(form=form))
            return shown
        further = {name: form.cleaned_data.get(name, "") for name in FURTHER}
        answer = services.issue(**asked, **further, by=self.request.user, at=timezone.now())
        if isinstance(answer, Refusal):
            return self._refuse(form, answer)
        self.object = answer
        saved: HttpResponse = self.save_action()
        return saved

    def _refuse(self, form: IssueForm, refusal: Refusal) -> HttpResponse:
        self.form = form
        form.add_error(None, str(refusal))
        self.produced_error_code, self.produced_error_message = refusal.code, str(refusal)
        refused: HttpResponse = self.form_invalid(form)
        return refused

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["refusal"] = self.refusal
        if self.content is not None:
            context["content"], context["community_id"] = self.content, self.community_id
            context["evidence"] = [
                (EVIDENCE_WORDS[evidence], shown_hours.hours(minutes, self.community_id))
                for evidence, minutes in self.content.evidence
            ]
        return context


def _seen(issuer: Issuer, volunteer: Volunteer, content: Content) -> str:
    """Return what a basis is known by: a basis that changed meanwhile is shown again."""
    return f"{issuer.pk}.{volunteer.pk}." + ".".join(str(record.pk) for record in content.records)
