"""Who asks at the gate to be let in, and new faces: the leader's side."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from academy.activities.http import led_activity
from academy.activities.models import Activity
from academy.checkin.models import Claim
from academy.checkin.services import claims, scanning
from academy.core import formats
from academy.core.http import posted_id, read_id
from academy.core.refusals import Refusal
from academy.lead import selectors
from academy.lead.forms import NewcomerForm
from academy.people.http import user_of
from academy.people.models import Volunteer


@login_required
@never_cache
@require_GET
def waiting(request: HttpRequest, activity_id: int) -> HttpResponse:
    """The part of the leader's page with those who ask; fetched by its script when somebody comes or goes."""
    activity = led_activity(request, activity_id)
    context = {"activity": activity, "claims": selectors.claims_at(activity, timezone.now())}
    return render(request, "lead/claims.html", context)


@login_required
@require_POST
def answer(request: HttpRequest, activity_id: int, claim_id: int) -> HttpResponse:
    """“是她”, with the volunteer's id, or “不认识”."""
    activity = led_activity(request, activity_id)
    claim = get_object_or_404(Claim, pk=claim_id, checkpoint__activity=activity)
    user, now = user_of(request), timezone.now()
    if "decline" in request.POST:
        declined = claims.decline(claim=claim, by=user, at=now)
        if isinstance(declined, Refusal):
            messages.warning(request, str(declined))
        return redirect("lead:activity", activity_id=activity.pk)
    if "volunteer" not in request.POST:
        return redirect("lead:activity", activity_id=activity.pk)
    people = Volunteer.objects.present().filter(community=activity.community_id)
    volunteer = get_object_or_404(people, pk=posted_id(request, "volunteer"))
    said = claims.vouch(claim=claim, volunteer=volunteer, by=user, at=now, shift_id=posted_id(request, "shift"))
    if said.asks:
        hidden = {"volunteer": str(volunteer.pk)}
        return _which_shift(request, activity, volunteer.name, said, hidden)
    return _tell(request, activity, volunteer.name, said)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def newcomer(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Name and phone of a new face; `?claim=` is what somebody asked, and is answered by it."""
    activity = led_activity(request, activity_id)
    claim = _claim(request, activity)
    context: dict[str, Any] = {"activity": activity, "claim": claim}
    if request.method != "POST":
        initial = {"scan": uuid4(), "name": claim.name if claim else ""}
        return render(request, "lead/newcomer.html", {**context, "form": NewcomerForm(initial=initial)})
    form = NewcomerForm(request.POST)
    if "scan" in form.errors:
        typed = request.POST.copy()
        typed["scan"] = str(uuid4())
        form = NewcomerForm(typed)
    if not form.is_valid():
        return render(request, "lead/newcomer.html", {**context, "form": form})
    name = form.cleaned_data["name"]
    said = claims.add_newcomer(
        scan_id=form.cleaned_data["scan"],
        activity=activity,
        name=name,
        phone=form.cleaned_data["phone"],
        by=user_of(request),
        at=timezone.now(),
        claim=claim,
        shift_id=posted_id(request, "shift"),
    )
    if said.asks:
        hidden = {field: str(form.cleaned_data[field]) for field in ("scan", "name", "phone")}
        return _which_shift(request, activity, name, said, hidden)
    if said.refusal is not None and not said.stored:
        return render(request, "lead/newcomer.html", {**context, "form": form, "refusal": said.refusal})
    return _tell(request, activity, name, said)


def _claim(request: HttpRequest, activity: Activity) -> Claim | None:
    if "claim" not in request.GET:
        return None
    return get_object_or_404(Claim, pk=read_id(request.GET["claim"]), checkpoint__activity=activity)


def _which_shift(
    request: HttpRequest, activity: Activity, name: str, said: scanning.Answer, hidden: dict[str, str]
) -> HttpResponse:
    """Two shifts take walk-ins at that time: the leader says which."""
    context = {"activity": activity, "name": name, "shifts": said.choices, "hidden": hidden}
    return render(request, "lead/which_shift.html", context)


def _tell(request: HttpRequest, activity: Activity, name: str, said: scanning.Answer) -> HttpResponse:
    """Back to the leader's page, with what became of it."""
    if said.refusal is not None:
        messages.warning(request, _("%(name)s: %(sentence)s") % {"name": name, "sentence": said.refusal})
    else:
        time = formats.clock(timezone.localtime(said.at))
        text = _("%(name)s: checked in %(time)s") if said.direction == "in" else _("%(name)s: checked out %(time)s")
        messages.success(request, text % {"name": name, "time": time})
    return redirect("lead:activity", activity_id=activity.pk)
