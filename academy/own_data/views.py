"""“My data”: what is stored, who may see it, the three requests, and fetching the copy (V3)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from wagtail.log_actions import log

from academy.core.http import form_page
from academy.core.refusals import Refusal, add_to_form
from academy.decisions.kinds import kind_of
from academy.families.belongings import people_with_right
from academy.families.http import find_person, log_people_shown
from academy.own_data import copying, services
from academy.own_data.models import DataCopy, DataRequest
from academy.paper.http import pdf_response
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right

SHOWN = 10  # requests on the page


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=200, required=False)


@dataclass(frozen=True)
class SentRequest:
    """A request of the person, for the page."""

    request: DataRequest
    at: dt.datetime

    @property
    def title(self) -> str:
        return kind_of(self.request).title(self.request)

    @property
    def is_open(self) -> bool:
        return self.request.decided_at is None

    @property
    def is_ready(self) -> bool:
        return isinstance(self.request, DataCopy) and self.request.is_ready(self.at)


@login_required
@never_cache
@require_GET
def show_mine(request: HttpRequest) -> HttpResponse:
    """Show what is stored about the person, and what they asked for."""
    person, people = _person(request)
    at = timezone.now()
    asked = [SentRequest(one, at) for model in services.MODELS.values() for one in model.objects.of(person)]
    context = {
        **_context(person, people),
        "titles": copying.titles(),
        "asked": sorted(asked, key=lambda one: one.request.asked_at, reverse=True)[:SHOWN],
    }
    return render(request, "own_data/mine.html", context)


@login_required
@never_cache
@form_page
def ask(request: HttpRequest, what: str) -> HttpResponse:
    """Show what a request means, and take it."""
    person, people = _person(request)
    at = timezone.now()
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        answer = services.ask(what=what, volunteer=person, reason=reason, by=user_of(request), at=at)
        if not isinstance(answer, Refusal):
            messages.success(request, _("Sent. The answer will stand here."))
            return redirect(f"{reverse('own_data:mine')}?who={person.number}")
        add_to_form(form, answer, {"needs_reason": "reason"})
    context = {
        **_context(person, people),
        "what": what,
        "form": form,
        "due_on": services.last_day(person.community, at),
    }
    return render(request, "own_data/ask.html", context)


@login_required
@require_GET
def fetch(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Send the copy, made at this moment, to the person or to whom they let act for them. It is logged."""
    user, at = user_of(request), timezone.now()
    own = people_with_right(user, Right.SEE_HOURS)
    copy = get_object_or_404(DataCopy.objects.of_all(own).accepted().select_related("volunteer__community"), pk=pk)
    person = copy.volunteer.stays
    if not copy.is_ready(at):
        messages.warning(request, str(services.COPY_OVER))
        return redirect(f"{reverse('own_data:mine')}?who={person.number}")
    content = copying.as_json(person, at=at) if kind == "json" else copying.as_pdf(person, at=at)
    if isinstance(content, Refusal):
        messages.warning(request, str(content))
        return redirect(f"{reverse('own_data:mine')}?who={person.number}")
    log(person, "own_data.fetch", user=user, timestamp=at, data={"kind": kind})
    name = copying.file_name(person, at, kind)
    if kind == "pdf":
        return pdf_response(content, name, as_attachment=True)
    disposition = str(content_disposition_header(True, name))
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/json; charset=utf-8", headers=headers)


def _person(request: HttpRequest) -> tuple[Volunteer, list[Volunteer]]:
    """Return the person that `?who=` names, by default the user, and the people of this login.

    Staff who keep the roll name anybody of their communities (ADR 64). Raises 404 for others.
    """
    user, number = user_of(request), request.GET.get("who")
    people = people_with_right(user, Right.SEE_HOURS)
    own = sorted(people, key=lambda one: one.user_id != user.pk)
    person = find_person(own, number, user=user)
    if person is not None:
        return person, own
    listed = Volunteer.objects.present().in_communities(user.communities_for(Right.MANAGE_PEOPLE))
    person = listed.filter(number=number).first() if number else None
    if person is None:
        raise Http404
    log_people_shown(request, [person])
    return person, []


def _context(person: Volunteer, people: list[Volunteer]) -> dict[str, Any]:
    return {"person": person, "people": people, "at_desk": not people}
