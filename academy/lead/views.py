"""The leader's pages on a phone: the live code, who is here, the records that wait for confirmation."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from academy.activities.http import led_activity
from academy.activities.models import Activity
from academy.checkin.services import codes, leading
from academy.core.http import posted_ids
from academy.core.keys import split_key
from academy.core.links import link_to
from academy.core.refusals import Refusal
from academy.hours import explanation, sentences
from academy.hours.models import ServiceRecord
from academy.hours.services import confirmation
from academy.lead import selectors
from academy.messaging import services as messaging
from academy.paper.codes import qr_svg
from academy.people.http import user_of

LIVE_MINUTES_AHEAD = 6  # five without a network, should it fail just before the page asks again
LATEST_SHOWN = 5


@login_required
@never_cache
@require_GET
def led(request: HttpRequest) -> HttpResponse:
    """The activities that I lead."""
    activities = Activity.objects.led_lately_by(user_of(request), timezone.now())
    return render(request, "lead/led.html", {"activities": activities})


@login_required
@never_cache
@require_GET
def lead(request: HttpRequest, activity_id: int) -> HttpResponse:
    """The leader's page: the live code, who is here, heads against scans, check everybody out, confirm."""
    activity = led_activity(request, activity_id)
    now = timezone.now()
    waiting = confirmation.list_candidates(activity=activity, by=user_of(request), at=now)
    # A poster's scans need no look at each: the head count answers for them (C4).
    remarks = {record.pk: record.remarks + waiting.suspected[record.pk] for record in waiting.flagged}
    counted = [record for record in waiting.flagged if remarks[record.pk] == ["static"]]
    asked = selectors.asked_about(activity)
    context = {
        "activity": activity,
        "shifts": activity.shifts.all(),
        "presence": selectors.presence_at(activity),
        "waiting": waiting,
        "counted": counted,
        "to_look_at": [
            (record, [sentences.flag_sentence(flag) for flag in remarks[record.pk]], asked.get(record.pk))
            for record in waiting.flagged
            if record not in counted
        ],
        "code": next(iter(_live_codes(activity, now, minutes=0)), None),
        "typed_address": _typed_address(),
        "claims": selectors.claims_at(activity, now),
        "confirmed": activity.confirmations.order_by("-confirmed_at").first(),
    }
    return render(request, "lead/lead.html", context)


@login_required
@never_cache
@require_GET
def screen(request: HttpRequest, activity_id: int) -> HttpResponse:
    """The code alone, as large as the screen allows: for a tablet or a projector, or the leader's phone held up."""
    activity = led_activity(request, activity_id)
    now = timezone.now()
    presence = selectors.presence_at(activity)
    context = {
        "activity": activity,
        "code": next(iter(_live_codes(activity, now, minutes=0)), None),
        "typed_address": _typed_address(),
        "presence": presence,
        "latest": [person.masked_name for person in presence.latest(LATEST_SHOWN)],
        "waiting": selectors.claims_mark(activity, now)[0],
    }
    return render(request, "lead/screen.html", context)


@login_required
@never_cache
@require_GET
def lead_record(request: HttpRequest, activity_id: int, record_id: int) -> HttpResponse:
    """One record with its steps and remarks, for the leader to look at before confirming it."""
    activity = led_activity(request, activity_id)
    records = ServiceRecord.objects.live().filter(activity=activity)
    records = records.select_related("volunteer__merged_into", "rule_set")
    found = get_object_or_404(records, pk=record_id)
    own = request.user.pk in (found.volunteer.user_id, found.volunteer.stays.user_id)
    flags = found.remarks + confirmation.find_suspicions([found])[found.pk]
    context = {"activity": activity, "record": found, "own": own, **explanation.explain(found, flags)}
    return render(request, "lead/record.html", context)


@login_required
@never_cache
@require_GET
def live(request: HttpRequest, activity_id: int) -> JsonResponse:
    """The codes of the next minutes by the server's clock, who is here, and how many ask to be let in."""
    activity = led_activity(request, activity_id)
    now = timezone.now()
    presence = selectors.presence_at(activity)
    waiting, mark = selectors.claims_mark(activity, now)
    return JsonResponse(
        {
            "now": now.timestamp() * 1000,
            "codes": _live_codes(activity, now, minutes=LIVE_MINUTES_AHEAD),
            "cancelled": activity.cancelled_at is not None,
            "counts": {"people": presence.people, "inside": len(presence.inside)},
            "latest": [person.masked_name for person in presence.latest(LATEST_SHOWN)],
            "claims": {"count": waiting, "mark": mark},
        }
    )


@login_required
@require_POST
def everybody_out(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Checks out whoever is still in, now and at no other time (C10), except those ticked as staying."""
    activity = led_activity(request, activity_id)
    staying = posted_ids(request, "staying")
    count = leading.check_everybody_out(activity=activity, by=user_of(request), at=timezone.now(), staying=staying)
    messages.success(
        request, _("Checked out: %(count)s. Everybody's minutes wait for you to confirm.") % {"count": count}
    )
    return redirect("lead:activity", activity_id=activity.pk)


@login_required
@require_POST
def confirm(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Confirms the records that wait, with the heads counted (C4); never one's own (K4)."""
    activity = led_activity(request, activity_id)
    heads = request.POST.get("heads", "").strip()
    if heads and not (heads.isdecimal() and len(heads) <= 4):
        messages.error(request, _("The number of heads is a whole number, e.g. 18."))
        return redirect("lead:activity", activity_id=activity.pk)
    looked_at = None
    if "record" in request.POST:
        looked_at = list(ServiceRecord.objects.filter(activity=activity, pk__in=posted_ids(request, "record")))
    outcome = confirmation.confirm(
        activity=activity,
        by=user_of(request),
        at=timezone.now(),
        heads=int(heads) if heads else None,
        records=looked_at,
    )
    if isinstance(outcome, Refusal):
        messages.error(request, str(outcome))
    else:
        if outcome.ready:
            messages.success(request, _("Confirmed: %(count)s.") % {"count": len(outcome.ready)})
        for note in outcome.notes:
            messages.warning(request, str(note))
    return redirect("lead:activity", activity_id=activity.pk)


@login_required
@require_POST
def ask(request: HttpRequest, activity_id: int, record_id: int) -> HttpResponse:
    """Asks the volunteer about a record that stands out, instead of accepting it; the hours go on waiting."""
    activity = led_activity(request, activity_id)
    records = ServiceRecord.objects.awaiting_confirmation().filter(activity=activity).select_related("volunteer")
    found = get_object_or_404(records, pk=record_id)
    told = {"leader": activity.leader.name, "title": activity.title, "day": found.date.isoformat()}
    messaging.send(
        volunteer=found.volunteer,
        key=selectors.asked_key(found.pk),
        text=lazy(
            lambda: (
                _("%(leader)s has a question about your check-in at “%(title)s” on %(day)s. Please call or go and see.")
                % told
            ),
            str,
        )(),
        path=link_to("record", found.pk),
        at=timezone.now(),
    )
    messages.success(request, _("Asked: %(name)s finds it on their page.") % {"name": found.volunteer.name})
    return redirect("lead:activity", activity_id=activity.pk)


def _typed_address() -> str:
    """Where a code is typed, as it is read aloud."""
    return settings.PUBLIC_URL.split("://")[-1] + "/c/"


def _live_codes(activity: Activity, now: dt.datetime, *, minutes: int) -> list[dict[str, Any]]:
    """The code of `now` and those of the next `minutes`; none of a cancelled activity, whose codes answer nobody."""
    if activity.cancelled_at is not None:
        return []
    checkpoint = codes.checkpoint_for(activity, rotating=True)
    return [
        {
            "starts": live_code.starts_at.timestamp() * 1000,
            "ends": live_code.ends_at.timestamp() * 1000,
            "lasts": int((live_code.ends_at - live_code.starts_at).total_seconds()),
            "left": int((live_code.ends_at - now).total_seconds()),
            "text": live_code.code,
            "grouped": split_key(live_code.code),
            "svg": qr_svg(f"{settings.PUBLIC_URL}/c/{checkpoint.key}/{live_code.code}/".upper()),
        }
        for live_code in codes.rotating_codes(checkpoint, at=now, minutes=minutes)
    ]
