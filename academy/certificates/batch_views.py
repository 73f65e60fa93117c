"""Certificates of many people: first who qualifies and who does not, then one button."""

import datetime as dt
import hashlib
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.certificates import batches
from academy.certificates.batch_models import Batch
from academy.certificates.candidates import Candidate, candidates
from academy.certificates.services import BAD_PERIOD
from academy.certificates.works import IssuingCertificates
from academy.core.http import read_ids
from academy.core.refusals import Refusal
from academy.core.rights import right_required
from academy.core.signals import objects_shown
from academy.designs.models import Design, PaperKind
from academy.hours.models import ServiceRecord
from academy.people.form_fields import DayField
from academy.people.http import user_of
from academy.people.models import Issuer, User, Volunteer
from academy.people.permissions import Right
from academy.people.typed_days import Near
from academy.works import services as works
from academy.works.views import work_url

TITLE = gettext_lazy("Certificates of many people")
KINDS = [one for one in PaperKind.choices if one[0] != PaperKind.THANKS]
ALL, TICKED, WITHOUT = "all", "ticked", "without"
BEGINNING = dt.date(2000, 1, 1)  # of "everything": earlier than any award
CHOSEN = "certificates_for"  # in the session: ids of the people who were chosen in the roll
OTHER_PEOPLE = Refusal(
    "other_people",
    gettext_lazy("Meanwhile you chose other people in the roll. Look at the list again, then issue the certificates."),
)


class AskForm(forms.Form):
    """The question: what kind of certificate, of which period, by which unit.

    The cleaned data holds `period_from` and `period_to`.
    """

    issuer = forms.ModelChoiceField(Issuer.objects.none(), label=gettext_lazy("Recording unit"), empty_label=None)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=KINDS)
    period = forms.ChoiceField(
        label=gettext_lazy("Which period"),
        choices=[
            ("year", gettext_lazy("this year")),
            ("last", gettext_lazy("last year")),
            ("all", gettext_lazy("everything until today")),
            ("own", gettext_lazy("from one day to another")),
        ],
    )
    period_from = DayField(
        label=gettext_lazy("period from"),
        required=False,
        near=Near.BEHIND,
        help_text=gettext_lazy("Only for “from one day to another”."),
    )
    period_to = DayField(label=gettext_lazy("period to"), required=False, near=Near.BEHIND)

    def __init__(self, data: Any, *, user: User, today: dt.date) -> None:
        issuers = Issuer.objects.filter(community__in=user.communities_for(Right.ISSUE_CERTIFICATES))
        first = issuers.order_by("pk").first()
        usual = {"issuer": str(first.pk) if first else "", "kind": PaperKind.SERVICE.value, "period": "year"}
        super().__init__(usual | {name: value for name, value in data.items() if value})
        self.today = today
        choice: Any = self.fields["issuer"]
        choice.queryset = issuers.select_related("community").order_by("name", "pk")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        year, period = self.today.year, cleaned.get("period")
        if period == "year":
            cleaned |= {"period_from": dt.date(year, 1, 1), "period_to": self.today}
        elif period == "last":
            cleaned |= {"period_from": dt.date(year - 1, 1, 1), "period_to": dt.date(year - 1, 12, 31)}
        elif period == "all" and cleaned.get("kind") != PaperKind.SERVICE:
            cleaned |= {"period_from": BEGINNING, "period_to": self.today}
        elif period == "all" and "issuer" in cleaned:
            first = ServiceRecord.objects.filter(issuer=cleaned["issuer"]).order_by("date").first()
            cleaned |= {"period_from": first.date if first else self.today, "period_to": self.today}
        elif period == "own":
            self._check_own(cleaned.get("period_from"), cleaned.get("period_to"))
        return cleaned

    def _check_own(self, first: dt.date | None, last: dt.date | None) -> None:
        for name, day in (("period_from", first), ("period_to", last)):
            if day is None and name not in self.errors:
                self.add_error(name, forms.ValidationError(_("Choose a day."), code="required"))
        if first and last and not first <= last <= self.today:
            self.add_error("period_to", forms.ValidationError(str(BAD_PERIOD), code="order"))


@right_required(Right.ISSUE_CERTIFICATES)
@require_http_methods(["GET", "HEAD", "POST"])
def issue_many(request: HttpRequest) -> HttpResponse:
    """Show who could get a certificate of the kind and period; issue them in the background."""
    user, now = user_of(request), timezone.now()
    given = request.POST if request.method == "POST" else request.GET
    form = AskForm(given.dict(), user=user, today=timezone.localdate(now))
    chosen = list(request.session.get(CHOSEN, ())) if "chosen" in given else None
    context: dict[str, Any] = {
        "breadcrumbs_items": [
            *WagtailAdminTemplateMixin.breadcrumbs_items,
            {"url": reverse("certificate:index"), "label": _("Certificates")},
            {"url": "", "label": TITLE},
        ],
        "header_title": TITLE,
        "page_title": TITLE,
        "header_icon": "doc-full",
        "form": form,
        "media": form.media,
        "choice": _name_of(chosen),
        "key": uuid.uuid4().hex,
    }
    if form.is_valid():
        asked = form.cleaned_data
        issuer, kind, period = asked["issuer"], asked["kind"], (asked["period_from"], asked["period_to"])
        people = Volunteer.objects.present().filter(community=issuer.community_id).select_related("community")
        lines = candidates(
            people if chosen is None else people.filter(pk__in=chosen), issuer=issuer, kind=kind, period=period, at=now
        )
        if request.method == "POST":
            answer: HttpResponse | Refusal = OTHER_PEOPLE
            if request.POST.get("chosen", "") == _name_of(chosen):
                answer = _begin(request, lines, issuer=issuer, kind=kind, period=period, by=user, at=now)
            if not isinstance(answer, Refusal):
                return answer
            messages.error(request, str(answer))
        objects_shown.send(sender=Volunteer, request=request, objects=[one.volunteer for one in lines])
        context |= {
            "good": [one for one in lines if one.qualifies],
            "others": [one for one in lines if not one.qualifies],
            "is_of_service": kind == PaperKind.SERVICE,
            "issuer": issuer,
            "kind": kind,
            "period": period,
            "designs": _names_of_designs(issuer, kind),
            "others_at_it": batches.others_at_it(issuer=issuer, kind=kind, period=period, by=user, at=now),
        }
    return render(request, "certificates/admin/many.html", context)


def _begin(
    request: HttpRequest,
    lines: list[Candidate],
    *,
    issuer: Issuer,
    kind: str,
    period: tuple[dt.date, dt.date],
    by: User,
    at: dt.datetime,
) -> HttpResponse | Refusal:
    """Begin the batch of those whom the form chooses among the people who qualify, and lead to its work."""
    ticked, whose = read_ids(request.POST.getlist("tick")), request.POST.get("whose", ALL)
    good = {one.volunteer.pk: one.volunteer for one in lines if one.qualifies}
    people = [person for pk, person in good.items() if whose == ALL or (pk in ticked) != (whose == WITHOUT)]
    batch = batches.begin_batch(
        issuer=issuer,
        kind=kind,
        period=period,
        people=people,
        key=request.POST.get("key", "")[:32] or uuid.uuid4().hex,
        design=request.POST.get("design", "")[:60],
        by=by,
        at=at,
    )
    return batch if isinstance(batch, Refusal) else begin_issuing(batch, by=by, at=at)


def begin_issuing(batch: Batch, *, by: User, at: dt.datetime) -> HttpResponse:
    """Begin the work that issues what a batch lacks, or find the one under way, and redirect to it."""
    order = {"batch": batch.pk}
    total = len(batch.people)
    work = works.begin(kind=IssuingCertificates, community=batch.community, order=order, total=total, by=by, at=at)
    return redirect(work_url(work))


def _name_of(chosen: list[int] | None) -> str:
    """Return a name of the choice, by which a form knows that another window chose other people since."""
    return "" if chosen is None else hashlib.sha256(" ".join(map(str, sorted(chosen))).encode()).hexdigest()[:16]


def _names_of_designs(issuer: Issuer, kind: str) -> list[str]:
    """Return the names of the templates, the one in force first, if there is a choice."""
    names = [one.name for one in Design.objects.without_pictures().for_paper(issuer, kind)]
    return names if len(names) > 1 else []
