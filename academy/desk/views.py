"""A volunteer's own page, and the leader's page on a phone."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from academy.activities.belongings import may_lead
from academy.activities.models import Activity
from academy.checkin import services as checkin
from academy.core.keys import grouped
from academy.core.refusals import Refusal
from academy.desk import selectors
from academy.hours import sentences
from academy.hours import services as hours
from academy.hours.models import ServiceRecord
from academy.hours.rules import Step
from academy.paper.codes import qr_svg
from academy.people.models import User, Volunteer
from academy.people.permissions import Right

RECORDS_SHOWN = 40
LIVE_MINUTES_AHEAD = 5


@login_required
@never_cache
@require_GET
def my(request: HttpRequest) -> HttpResponse:
    """Hours, what waits and why, and each record's way to its explanation; for oneself or whom one acts for."""
    people = list(_people_of(request).order_by("number"))
    if not people:
        return render(request, "desk/no_volunteer.html", {"opens_admin": _opens_admin(request)})
    volunteer = _chosen(people, request)
    now = timezone.now()
    records = selectors.records_of(volunteer, limit=RECORDS_SHOWN)
    for shown in records:
        shown.reason = selectors.WHY_IT_WAITS.get(shown.state, "")
    context = {
        "volunteer": volunteer,
        "people": people,
        "hours": hours.summary_for(volunteer, at=now),
        "records": records,
        "coming": selectors.coming_sign_ups(volunteer, now),
        "led": selectors.led_activities(request.user, now),
        "opens_admin": _opens_admin(request),
    }
    return render(request, "desk/my.html", context)


@login_required
@never_cache
@require_GET
def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """One record's explanation: every step with its clause, and the scans that it rests on."""
    of_mine = ServiceRecord.objects.filter(volunteer__in=_people_of(request))
    found = get_object_or_404(
        of_mine.select_related("activity", "shift", "rule_set", "volunteer", "confirmed_by"), pk=record_id
    )
    context = {
        "record": found,
        "reason": selectors.WHY_IT_WAITS.get(found.state, ""),
        "expected": hours.expected_for(found, timezone.now()),
        **_explanation(found),
    }
    return render(request, "desk/record.html", context)


@login_required
@never_cache
@require_GET
def led(request: HttpRequest) -> HttpResponse:
    """The activities that I lead."""
    return render(request, "desk/led.html", {"activities": selectors.led_activities(request.user, timezone.now())})


@login_required
@never_cache
@require_GET
def lead(request: HttpRequest, activity_id: int) -> HttpResponse:
    """The leader's page: the live code, who is here, heads against scans, check everybody out, confirm."""
    activity = _led_activity(request, activity_id)
    now = timezone.now()
    waiting = hours.candidates(activity=activity, by=request.user, at=now)
    context = {
        "activity": activity,
        "shifts": activity.shifts.all(),
        "presence": selectors.presence_at(activity),
        "waiting": waiting,
        "static_only": [record for record in waiting.flagged if _remarks(record) == ["static"]],
        "to_look_at": [(record, _sentences(_remarks(record))) for record in waiting.flagged],
        "code": next(iter(_live_codes(activity, now, minutes=0)), None),
        "typed_address": settings.PUBLIC_URL.split("://")[-1] + "/c/",
        "confirmed": activity.confirmations.order_by("-confirmed_at").first(),
    }
    return render(request, "desk/lead.html", context)


@login_required
@never_cache
@require_GET
def lead_record(request: HttpRequest, activity_id: int, record_id: int) -> HttpResponse:
    """One record with its steps and remarks, for the leader to look at before confirming it."""
    activity = _led_activity(request, activity_id)
    records = ServiceRecord.objects.live().filter(activity=activity).select_related("volunteer", "rule_set")
    found = get_object_or_404(records, pk=record_id)
    own = found.volunteer.user_id == request.user.pk
    context = {"activity": activity, "record": found, "own": own, **_explanation(found)}
    return render(request, "desk/lead_record.html", context)


@login_required
@never_cache
@require_GET
def live(request: HttpRequest, activity_id: int) -> JsonResponse:
    """The codes of the next minutes by the server's clock, and who is here."""
    activity = _led_activity(request, activity_id)
    now = timezone.now()
    presence = selectors.presence_at(activity)
    return JsonResponse(
        {
            "now": now.timestamp() * 1000,
            "codes": _live_codes(activity, now, minutes=LIVE_MINUTES_AHEAD),
            "counts": {"people": presence.people, "inside": len(presence.inside)},
        }
    )


@login_required
@require_POST
def everybody_out(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Checks out whoever is still in, now and at no other time (C10), except those ticked as staying."""
    activity = _led_activity(request, activity_id)
    staying = [int(pk) for pk in request.POST.getlist("staying") if pk.isdigit()]
    count = checkin.check_everybody_out(activity=activity, by=request.user, at=timezone.now(), staying=staying)
    messages.success(request, _("Checked out: %(count)s. Everybody's minutes wait for you to confirm.") % {"count": count})
    return redirect("desk:lead", activity_id=activity.pk)


@login_required
@require_POST
def confirm(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Confirms the records that wait, with the heads counted (C4); never one's own (K4)."""
    activity = _led_activity(request, activity_id)
    heads = request.POST.get("heads", "").strip()
    if heads and not (heads.isdigit() and int(heads) < 10_000):
        messages.error(request, _("The number of heads is a whole number, e.g. 18."))
        return redirect("desk:lead", activity_id=activity.pk)
    looked_at = [int(pk) for pk in request.POST.getlist("record") if pk.isdigit()]
    outcome = hours.confirm(
        activity=activity,
        by=request.user,
        at=timezone.now(),
        heads=int(heads) if heads else None,
        records=list(ServiceRecord.objects.filter(activity=activity, pk__in=looked_at)) if looked_at else None,
    )
    if isinstance(outcome, Refusal):
        messages.error(request, str(outcome))
    else:
        if outcome.ready:
            messages.success(request, _("Confirmed: %(count)s.") % {"count": len(outcome.ready)})
        for note in outcome.notes:
            messages.warning(request, str(note))
    return redirect("desk:lead", activity_id=activity.pk)


def _explanation(record: ServiceRecord) -> dict[str, Any]:
    return {
        "steps": [_explained(Step(**step), record) for step in record.steps],
        "flags": _sentences(_remarks(record)),
        "scans": selectors.evidence_of(record),
    }


def _explained(step: Step, record: ServiceRecord) -> dict[str, Any]:
    clause = sentences.clause_of(step.clause)
    return {
        "sentence": sentences.step_sentence(step),
        "before": step.before,
        "after": step.after,
        "clause": clause,
        "url": reverse("rulebook:clause", args=[record.rule_set_id, clause]),
    }


def _remarks(record: ServiceRecord) -> list[str]:
    """What was noticed, by the rules and at the scans."""
    return [*record.flags, *record.basis["scan_flags"]]


def _sentences(flags: list[str]) -> list[str]:
    return [str(sentences.flag_sentence(flag)) for flag in flags]


def _people_of(request: HttpRequest) -> Any:
    user = request.user
    assert isinstance(user, User)
    return Volunteer.objects.present().belonging_to(user)


def _chosen(people: list[Volunteer], request: HttpRequest) -> Volunteer:
    number = request.GET.get("who")
    if number is None:
        return next((person for person in people if person.user_id == request.user.pk), people[0])
    for person in people:
        if person.number == number:
            return person
    raise Http404


def _opens_admin(request: HttpRequest) -> bool:
    return request.user.communities_for(Right.OPEN_ADMIN).exists()


def _led_activity(request: HttpRequest, activity_id: int) -> Activity:
    activity = get_object_or_404(Activity.objects.published().select_related("leader", "community"), pk=activity_id)
    if not may_lead(request.user, activity):
        raise Http404
    return activity


def _live_codes(activity: Activity, now: Any, *, minutes: int) -> list[dict[str, Any]]:
    checkpoint = checkin.checkpoint_for(activity, rotating=True)
    return [
        {
            "starts": live_code.starts_at.timestamp() * 1000,
            "ends": live_code.ends_at.timestamp() * 1000,
            "lasts": int((live_code.ends_at - live_code.starts_at).total_seconds()),
            "left": int((live_code.ends_at - now).total_seconds()),
            "text": live_code.code,
            "grouped": grouped(live_code.code),
            "svg": qr_svg(f"{settings.PUBLIC_URL}/c/{checkpoint.key}/{live_code.code}/".upper()),
        }
        for live_code in checkin.rotating_codes(checkpoint, at=now, minutes=minutes)
    ]
