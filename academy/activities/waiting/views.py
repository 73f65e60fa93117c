"""Pages of the waiting list: join it, and answer on the page of the activity or by a link."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy.activities.call_views import OF_A_NETWORK, SLOW_DOWN
from academy.activities.models import Activity
from academy.activities.views import published, read_place, render_activity
from academy.activities.waiting import services
from academy.activities.waiting.models import Outcome, WaitingEntry
from academy.core import practice
from academy.core.http import form_page, posted_id
from academy.core.keys import normalise_key
from academy.core.look import period
from academy.core.refusals import Refusal
from academy.families import agency_services
from academy.families.belongings import people_to_sign_up
from academy.people.http import network_of
from academy.people.models import User
from academy.people.services import attempts
from academy.people.services.attempts import Source


@require_POST
def wait(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the user, or a person whom the user acts for, on the waiting list of a full role."""
    activity = published(request, pk)
    if not isinstance(request.user, User):
        return redirect_to_login(_url(activity))
    wish = read_place(request, activity)
    volunteer, shift, role = wish.volunteer, wish.shift, wish.role
    at = timezone.now()
    outcome = services.join(volunteer=volunteer, shift=shift, role=role, by=request.user, at=at)
    if isinstance(outcome, Refusal):
        return render_activity(request, activity, refusal=outcome)
    agency_services.log_act(volunteer=volunteer, by=request.user, act=agency_services.WAITS, what=str(shift), at=at)
    done = _("%(name)s is on the waiting list: %(when)s. You get a message when a place is free.")
    messages.success(request, done % {"name": volunteer.name, "when": period(shift)})
    return redirect(_url(activity))


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the offered place, or leave the list, for the user or a person whom they act for."""
    activity = published(request, pk)
    if not isinstance(request.user, User):
        return redirect_to_login(_url(activity))
    entries = WaitingEntry.objects.of_all(people_to_sign_up(request.user)).filter(shift__activity=activity)
    entry = get_object_or_404(
        entries.select_related("shift__activity", "volunteer__merged_into"), pk=posted_id(request, "entry")
    )
    takes, at = request.POST.get("takes") == "yes", timezone.now()
    outcome = services.answer(entry=entry, takes=takes, by=request.user, at=at)
    if isinstance(outcome, Refusal):
        return render_activity(request, activity, refusal=outcome)
    act = agency_services.SIGNED_UP if takes else agency_services.WAITS_NO_MORE
    agency_services.log_act(volunteer=entry.volunteer, by=request.user, act=act, what=str(entry.shift), at=at)
    if takes:
        done = _("%(name)s has a place: %(when)s, %(place)s. Scan the code when you get there.")
        values = {"name": entry.volunteer.stays.name, "when": period(entry.shift), "place": activity.where}
        messages.success(request, done % values)
    else:
        messages.success(request, _("You are off the waiting list. Thank you for saying so."))
    return redirect(_url(activity))


@never_cache
@form_page
def answer_offer(request: HttpRequest, key: str) -> HttpResponse:
    """Show a person who waits what is offered to them, and store their answer; no sign-in is needed."""
    now = timezone.now()
    entries = WaitingEntry.objects.select_related("shift__activity__community", "role", "volunteer__merged_into")
    entry = entries.filter(key=normalise_key(key)).first()
    if entry is None or request.method == "POST":  # who guesses is slowed down; a look at one's own page is free
        source = Source("place.network", network_of(request), OF_A_NETWORK)
        if wait_for := attempts.begin(sources=[source], at=now):
            response = _render(request, None, refusal=SLOW_DOWN, status=429)
            response.headers["Retry-After"] = str(wait_for)
            return response
    if entry is None:
        return _render(request, None, refusal=services.OFFER_OVER, status=404)
    practice.show(request, entry.shift.activity.community_id)
    if request.method != "POST":
        return _render(request, entry)
    outcome = services.answer(entry=entry, takes=request.POST.get("takes") == "yes", by=None, at=now)
    if isinstance(outcome, Refusal):
        entry.refresh_from_db()
        return _render(request, entry, refusal=outcome, status=409)
    return redirect("activities:answer_offer", entry.key)


def _render(request: HttpRequest, entry: WaitingEntry | None, *, status: int = 200, **context: Any) -> HttpResponse:
    now = timezone.now()
    is_late = entry is not None and entry.is_offered and entry.answer_by is not None and now >= entry.answer_by
    lapsed = entry is not None and (is_late or entry.outcome in (Outcome.LAPSED, Outcome.OVER))
    context.setdefault("refusal", services.OFFER_OVER if lapsed else None)
    context |= {"entry": entry, "is_open": entry is not None and entry.ended_at is None and not is_late}
    response = render(request, "activities/place.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _url(activity: Activity) -> str:
    return reverse("activities:detail", args=[activity.pk])
