"""Pages of a proposal: for the proposer on the phone, and for the staff who talk with them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from academy.core import practice
from academy.core.http import form_page
from academy.core.kept_forms import typed_before
from academy.core.refusals import Refusal, add_to_form
from academy.families.belongings import people_of
from academy.families.http import chosen_person, log_people_shown
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right
from academy.proposals import leading, services
from academy.proposals.forms import ProposalForm
from academy.proposals.models import Proposal, ProposalState


@login_required
@never_cache
@require_GET
def show_mine(request: HttpRequest) -> HttpResponse:
    """Show the proposals of the user, or of a person whom the user acts for, and what they lack to lead."""
    people = people_of(user_of(request))
    if not people:
        return render(request, "proposals/mine.html", {"proposals": [], "people": []})
    person = chosen_person(request, people)
    proposals = Proposal.objects.of(person).select_related("activity").prefetch_related("requests")
    context = {
        "people": people,
        "person": person,
        "proposals": proposals,
        "lacks": leading.cannot_lead(person, day=timezone.localdate()),
    }
    return render(request, "proposals/mine.html", context)


@login_required
@never_cache
@form_page
def write_new(request: HttpRequest) -> HttpResponse:
    """Write a new proposal: saved as a draft, or handed in at once."""
    people = people_of(user_of(request))
    if not people:
        raise Http404
    person = chosen_person(request, people)
    return _write(request, None, person)


@login_required
@never_cache
@form_page
def show_proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a proposal with its state and the talk; the proposer can change it until it is accepted."""
    proposal, is_own = _proposal(request, pk)
    if request.method == "POST":
        if not is_own:
            raise Http404
        return _write(request, proposal, proposal.volunteer.stays)
    return _render(request, proposal, is_own)


@login_required
@require_POST
def add_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a word to the talk."""
    proposal, is_own = _proposal(request, pk)
    outcome = services.add_note(
        proposal=proposal, text=request.POST.get("text", ""), by=user_of(request), at=timezone.now()
    )
    if isinstance(outcome, Refusal):
        return _render(request, proposal, is_own, refusal=outcome)
    return redirect(f"{_url(proposal)}#talk")


@login_required
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the proposal back; it stays as a draft that can be handed in again."""
    proposal, is_own = _proposal(request, pk)
    if not is_own:
        raise Http404
    outcome = services.take_back(proposal=proposal, by=user_of(request), at=timezone.now())
    if isinstance(outcome, Refusal):
        return _render(request, proposal, is_own, refusal=outcome)
    messages.success(request, _("Taken back. You can hand it in again at any time."))
    return redirect(_url(proposal))


def _write(request: HttpRequest, proposal: Proposal | None, person: Volunteer) -> HttpResponse:
    """Store what was typed, then hand it in if the button says so. All that was typed stays either way."""
    if request.method != "POST":
        return _render_new(request, person, ProposalForm(initial=typed_before(request), label_suffix=""))
    # A copy, so that a refused change is not shown as stored.
    stored = Proposal.objects.get(pk=proposal.pk) if proposal else None
    form = ProposalForm(request.POST, instance=stored, label_suffix="")
    if not form.is_valid():
        return _again(request, proposal, person, form)
    user, now = user_of(request), timezone.now()
    outcome: Any = services.write(proposal=proposal, volunteer=person, fields=form.cleaned_data, by=user, at=now)
    if isinstance(outcome, Refusal):
        add_to_form(form, outcome, {"ends_before_start": "ends"})
        return _again(request, proposal, person, form)
    if "hand_in" not in request.POST:
        messages.success(request, _("Saved. You can go on at any time."))
        return redirect(_url(outcome))
    handed = services.hand_in(proposal=outcome, by=user, at=now)
    if isinstance(handed, Refusal):
        messages.warning(request, str(handed))
    else:
        messages.success(request, _("Handed in. The social worker answers you here, and you get a message."))
    return redirect(_url(outcome))


def _again(request: HttpRequest, proposal: Proposal | None, person: Volunteer, form: ProposalForm) -> HttpResponse:
    return _render(request, proposal, True, form=form) if proposal else _render_new(request, person, form)


def _render_new(request: HttpRequest, person: Volunteer, form: ProposalForm) -> HttpResponse:
    people = people_of(user_of(request))
    lacks = leading.cannot_lead(person, day=timezone.localdate())
    context = {"form": form, "person": person, "people": people, "lacks": lacks}
    return render(request, "proposals/new.html", context)


def _render(
    request: HttpRequest,
    proposal: Proposal,
    is_own: bool,
    *,
    form: ProposalForm | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    person, user = proposal.volunteer.stays, user_of(request)
    if not is_own:
        log_people_shown(request, [person])
    may_change = is_own and proposal.may_change
    last = proposal.last_request
    context = {
        "proposal": proposal,
        "state": proposal.state,
        "person": person,
        "is_own": is_own,
        "form": form or (ProposalForm(instance=proposal, label_suffix="") if may_change else None),
        "refusal": refusal,
        "last": last,
        "notes": proposal.notes.select_related("author__volunteer"),
        "may_talk": last is not None and proposal.may_change,
        "lacks": leading.cannot_lead(person, day=proposal.day or timezone.localdate()) if proposal.may_change else None,
        "decides": proposal.state == ProposalState.TALK and not is_own,
        "runs": user.may(Right.RUN_ACTIVITIES, proposal.community_id),
    }
    return render(request, "proposals/proposal.html", context, status=409 if refusal else 200)


def _proposal(request: HttpRequest, pk: int) -> tuple[Proposal, bool]:
    """Return the proposal, and whether it is of the reader's family; 404 for all but them and the staff.

    Staff do not read what was never handed in.
    """
    related = ("volunteer__merged_into", "activity", "community")
    proposal = get_object_or_404(Proposal.objects.select_related(*related).prefetch_related("requests"), pk=pk)
    user = user_of(request)
    is_own = any(person.pk == proposal.volunteer.stays.pk for person in people_of(user))
    reads = proposal.last_request is not None and user.may(Right.RUN_ACTIVITIES, proposal.community_id)
    if not is_own and not reads:
        raise Http404
    practice.show(request, proposal.community_id)
    return proposal, is_own


def _url(proposal: Proposal) -> str:
    return reverse("proposals:proposal", args=[proposal.pk])
