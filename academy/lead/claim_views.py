"""The leader's answers to claims at the gate, and newcomers."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from academy.activities.http import led_activity
from academy.activities.models import Activity
from academy.checkin.models import Annulment, Claim
from academy.checkin.refusals import leader_refusal
from academy.checkin.services import claims, scanning
from academy.core import formats
from academy.core.http import form_page, posted_id, read_id
from academy.core.kept_forms import typed_before
from academy.core.refusals import Refusal
from academy.families.http import log_people_shown
from academy.lead import selectors, undoing
from academy.lead.forms import NewcomerForm
from academy.people.http import user_of


@login_required
@never_cache
@require_GET
def show_claims(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Show the claims on the leader's page; its script fetches this part when the claims change."""
    activity = led_activity(request, activity_id)
    found = selectors.claims_at(activity, timezone.now())
    log_people_shown(request, [one.volunteer for _claim, candidates in found.waiting for one in candidates])
    context = {"activity": activity, "claims": found}
    return render(request, "lead/claims.html", context)


@login_required
@require_POST
def answer_claim(request: HttpRequest, activity_id: int, claim_id: int) -> HttpResponse:
    """Accept the claim for the posted volunteer (“是她”), or decline it (“不认识”)."""
    activity = led_activity(request, activity_id)
    claim = get_object_or_404(Claim, pk=claim_id, checkpoint__activity=activity)
    user, now = user_of(request), timezone.now()
    if "decline" in request.POST:
        declined = claims.decline(claim=claim, by=user, at=now)
        if isinstance(declined, Refusal):
            messages.warning(request, str(declined))
        else:
            text = _("“%(name)s”: the phone says that you do not know them.") % {"name": claim.name}
            undoing.say_done(request, activity, text, undoing.Act(claims=(claim.pk,)))
        return redirect("lead:activity", activity_id=activity.pk)
    if "volunteer" not in request.POST:
        return redirect("lead:activity", activity_id=activity.pk)
    found = selectors.candidate_of(claim, activity, posted_id(request, "volunteer"))
    if found is None:
        raise Http404
    volunteer = found.volunteer
    answer = claims.vouch(claim=claim, volunteer=volunteer, by=user, at=now, shift_id=posted_id(request, "shift"))
    if answer.asks:
        log_people_shown(request, [volunteer])
        hidden = {"volunteer": str(volunteer.pk)}
        return _which_shift(request, activity, found.name, answer, hidden)
    return _redirect_with_message(request, activity, found.name, answer)


@login_required
@require_POST
def decline_claims(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Decline all claims that waited when the page was made; `until` is the id of the last one."""
    activity = led_activity(request, activity_id)
    until = posted_id(request, "until") or 0
    declined = claims.decline_all(activity=activity, until=until, by=user_of(request), at=timezone.now())
    text = ngettext("%(count)d request was declined.", "%(count)d requests were declined.", len(declined))
    act = undoing.Act(claims=tuple(declined)) if declined else None
    undoing.say_done(request, activity, text % {"count": len(declined)}, act)
    return redirect("lead:activity", activity_id=activity.pk)


@login_required
@never_cache
@form_page
def add_newcomer(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Add a newcomer with name and phone, and check them in. `?claim=` names the claim that this answers."""
    activity = led_activity(request, activity_id)
    claim = _claim(request, activity)
    context: dict[str, Any] = {"activity": activity, "claim": claim}
    if request.method != "POST":
        initial = {"name": claim.name if claim else "", **typed_before(request), "scan": uuid4()}
        return render(request, "lead/newcomer.html", {**context, "form": NewcomerForm(initial=initial)})
    form = NewcomerForm(request.POST)
    if "scan" in form.errors:
        typed = request.POST.copy()
        typed["scan"] = str(uuid4())
        form = NewcomerForm(typed)
    if not form.is_valid():
        return render(request, "lead/newcomer.html", {**context, "form": form})
    name = form.cleaned_data["name"]
    answer = claims.add_newcomer(
        scan_id=form.cleaned_data["scan"],
        activity=activity,
        name=name,
        phone=form.cleaned_data["phone"],
        by=user_of(request),
        at=timezone.now(),
        claim=claim,
        shift_id=posted_id(request, "shift"),
    )
    if answer.asks:
        hidden = {field: str(form.cleaned_data[field]) for field in ("scan", "name", "phone")}
        return _which_shift(request, activity, name, answer, hidden)
    if answer.refusal is not None and not answer.stored:
        return render(request, "lead/newcomer.html", {**context, "form": form, "refusal": answer.refusal})
    return _redirect_with_message(request, activity, name, answer, newcomer=True)


def _claim(request: HttpRequest, activity: Activity) -> Claim | None:
    if "claim" not in request.GET:
        return None
    return get_object_or_404(Claim, pk=read_id(request.GET["claim"]), checkpoint__activity=activity)


def _which_shift(
    request: HttpRequest, activity: Activity, name: str, answer: scanning.Answer, hidden: dict[str, str]
) -> HttpResponse:
    """Ask the leader which shift is meant when two shifts take walk-ins at that time."""
    context = {"activity": activity, "name": name, "shifts": answer.choices, "hidden": hidden}
    return render(request, "lead/which_shift.html", context)


def _redirect_with_message(
    request: HttpRequest, activity: Activity, name: str, answer: scanning.Answer, *, newcomer: bool = False
) -> HttpResponse:
    """Return to the leader's page with a message about the answer, which can be taken back."""
    if Annulment.objects.filter(scan=answer.scan_id).exists():
        messages.warning(request, _("%(name)s: this was taken back. Nothing was changed.") % {"name": name})
    elif answer.refusal is not None:
        sentence = leader_refusal(answer.refusal.code, at=answer.at, otherwise=answer.refusal)
        messages.warning(request, _("%(name)s: %(sentence)s") % {"name": name, "sentence": sentence})
    else:
        time = formats.clock(timezone.localtime(answer.at))
        text = _("%(name)s: checked in %(time)s") if answer.direction == "in" else _("%(name)s: checked out %(time)s")
        act = undoing.Act((answer.scan_id,), newcomer=newcomer)
        undoing.say_done(request, activity, text % {"name": name, "time": time}, act)
    return redirect("lead:activity", activity_id=activity.pk)
