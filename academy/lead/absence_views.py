"""One screen on which the leader notes each no-show, excused or not (A4)."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from academy.activities import absences
from academy.activities.absence_models import Absence
from academy.activities.http import led_activity
from academy.activities.models import Activity, Shift, SignUp
from academy.core.http import form_page
from academy.core.links import link_to
from academy.core.refusals import Refusal
from academy.families.http import log_people_shown
from academy.people import namesakes
from academy.people.http import user_of
from academy.people.permissions import Right


@dataclass(frozen=True)
class Missing:
    """A shift that has begun, and the sign-ups of those who did not come to it."""

    shift: Shift
    sign_ups: list[SignUp]
    asks_url: str = ""  # where staff ask somebody else to come, while it runs


@login_required
@never_cache
@form_page
def show_absent(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Show who has a place and did not come, and store what the leader says about them."""
    activity = led_activity(request, activity_id)
    parts = _missing(request, activity)
    if request.method == "POST":
        return _store(request, activity, parts)
    everybody = [place.volunteer.stays for part in parts for place in part.sign_ups]
    log_people_shown(request, everybody)
    context = {
        "activity": activity,
        "parts": parts,
        "count": len(everybody),
        "choices": [("", _("not noted")), *Absence.choices],
        "tails": namesakes.tails(everybody),
    }
    return render(request, "lead/absent.html", context)


def _missing(request: HttpRequest, activity: Activity) -> list[Missing]:
    now = timezone.now()
    may_ask = user_of(request).has_right(Right.RUN_ACTIVITIES, activity.community)
    parts = []
    for shift in activity.shifts.filter(starts_at__lte=now).order_by("-starts_at", "-pk"):
        shift.activity = activity
        form = link_to("ask_people", activity.pk) + f"?shift={shift.pk}#wanted"
        asks = form if may_ask and now < shift.ends_at else ""
        parts.append(Missing(shift, absences.missing_from(shift), asks))
    return parts


def _store(request: HttpRequest, activity: Activity, parts: list[Missing]) -> HttpResponse:
    """Store the answers that this form changed; another user's newer ones stay."""
    now, by = timezone.now(), user_of(request)
    noted = 0
    for place in [place for part in parts for place in part.sign_ups]:
        answer, seen = (request.POST.get(f"{name}-{place.pk}") for name in ("absent", "seen"))
        if answer is None or answer == seen or answer not in ["", *Absence.values]:
            continue
        outcome: Any = absences.note(sign_up=place, absence=answer, by=by, at=now)
        if isinstance(outcome, Refusal):
            messages.error(request, f"{place.volunteer.stays.name}: {outcome.message}")
        else:
            noted += 1
    if noted:
        text = ngettext("%(count)d answer is noted.", "%(count)d answers are noted.", noted)
        messages.success(request, text % {"count": noted})
    return redirect(reverse("lead:absent", args=[activity.pk]))
