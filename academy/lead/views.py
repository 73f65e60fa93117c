"""The leader's pages on a phone: the live code, the people present, and the records to confirm."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from academy.activities.http import led_activity
from academy.activities.models import Activity
from academy.checkin.context import shift_window
from academy.checkin.services import codes, leading
from academy.core.http import posted_ids
from academy.core.keys import split_key
from academy.core.links import link_to
from academy.core.look import lazy_day
from academy.core.refusals import Refusal
from academy.families.http import log_people_shown
from academy.hours import explanation
from academy.hours.forms import parse_heads
from academy.hours.models import ServiceRecord
from academy.hours.services import confirmation
from academy.lead import selectors
from academy.messaging import services as messaging
from academy.messaging.models import Tone
from academy.paper.codes import qr_svg
from academy.people.http import user_of

LIVE_MINUTES_AHEAD = 6  # the page lasts five minutes if the network fails just before the next request
LATEST_SHOWN = 5
QUESTION = gettext_lazy(
    "%(leader)s has a question about your check-in at “%(title)s” on %(day)s. Please call or visit."
)


@login_required
@never_cache
@require_GET
def show_led_activities(request: HttpRequest) -> HttpResponse:
    """Show the activities that the user leads."""
    activities = Activity.objects.led_lately_by(user_of(request), timezone.now())
    return render(request, "lead/led.html", {"activities": activities})


@login_required
@never_cache
@require_GET
def show_leader_page(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Show the leader's page: the live code, the people present, and the records to confirm."""
    activity = led_activity(request, activity_id)
    now = timezone.now()
    presence, claims = selectors.presence_at(activity), selectors.claims_at(activity, now)
    waiting = confirmation.list_candidates(activity=activity, by=user_of(request), at=now)
    # C4: the number of heads confirms the scans of a poster, so the leader need not look at each.
    remarks = {record.pk: record.remarks + waiting.suspected[record.pk] for record in waiting.flagged}
    counted = [record for record in waiting.flagged if remarks[record.pk] == ["static"]]
    asked = selectors.asked_about(activity)
    log_people_shown(request, selectors.people_shown(presence, waiting, claims))
    shifts = list(activity.shifts.all())
    context = {
        "activity": activity,
        "shifts": shifts,
        "published_late": any(shift.is_published_late for shift in shifts),
        "presence": presence,
        "waiting": waiting,
        "roles": activity.roles.all() if waiting.role_missing else [],
        "may_alone": _may_alone(waiting, now),
        "counted": counted,
        "to_look_at": [
            (record, explanation.remarks_of(record, remarks[record.pk]), asked.get(record.pk))
            for record in waiting.flagged
            if record not in counted
        ],
        "code": None if _is_closed(activity, now) else next(iter(_live_codes(activity, now, minutes=0)), None),
        "typed_address": _typed_address(),
        "claims": claims,
        "confirmed": activity.confirmations.order_by("-confirmed_at").first(),
    }
    return render(request, "lead/lead.html", context)


@login_required
@never_cache
@require_GET
def show_screen(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Show only the code, as large as the screen: for a tablet, a projector, or a phone held up."""
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
def show_record(request: HttpRequest, activity_id: int, record_id: int) -> HttpResponse:
    """Show one record with its steps and remarks, so that the leader can check it before confirming."""
    activity = led_activity(request, activity_id)
    records = ServiceRecord.objects.live().filter(activity=activity)
    records = records.select_related("volunteer__merged_into", "rule_set")
    found = get_object_or_404(records, pk=record_id)
    now = timezone.now()
    waiting = confirmation.list_candidates(activity=activity, by=user_of(request), at=now)
    flags = found.remarks + confirmation.find_suspicions([found])[found.pk]
    log_people_shown(request, [found.volunteer])
    context = {
        "activity": activity,
        "record": found,
        "published_late": found.shift.is_published_late,
        "waiting": waiting,
        "roles": activity.roles.all() if found in waiting.role_missing else [],
        "may_alone": [found] if found in _may_alone(waiting, now) else [],
        **explanation.explain(found, flags),
    }
    return render(request, "lead/record.html", context)


@login_required
@never_cache
@require_GET
def fetch_live_state(request: HttpRequest, activity_id: int) -> JsonResponse:
    """Return the codes of the next minutes, the people present, and the number of open claims."""
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
def check_everybody_out(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Check out everybody who is still in, at the present moment (C10), except those ticked as staying."""
    activity = led_activity(request, activity_id)
    staying = posted_ids(request, "staying")
    count = leading.check_everybody_out(activity=activity, by=user_of(request), at=timezone.now(), staying=staying)
    messages.success(request, _("Checked out: %(count)s. Now confirm everybody's minutes.") % {"count": count})
    return redirect("lead:activity", activity_id=activity.pk)


@login_required
@require_POST
def confirm(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Confirm the records that wait, with the number of heads (C4). K4: never the user's own record."""
    activity = led_activity(request, activity_id)
    heads = parse_heads(request.POST.get("heads", ""))
    if isinstance(heads, Refusal):
        messages.error(request, str(heads))
        return redirect("lead:activity", activity_id=activity.pk)
    looked_at = None
    if "record" in request.POST:
        looked_at = list(ServiceRecord.objects.filter(activity=activity, pk__in=posted_ids(request, "record")))
    outcome = confirmation.confirm(
        activity=activity,
        by=user_of(request),
        at=timezone.now(),
        heads=heads,
        records=looked_at,
        reason=request.POST.get("reason", "")[:200],
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
def ask_volunteer(request: HttpRequest, activity_id: int, record_id: int) -> HttpResponse:
    """Ask the volunteer about a record with a remark, instead of accepting it. Its hours still wait."""
    activity = led_activity(request, activity_id)
    records = ServiceRecord.objects.awaiting_confirmation().filter(activity=activity).select_related("volunteer")
    found = get_object_or_404(records, pk=record_id)
    now = timezone.now()
    words = {"leader": activity.leader.name, "title": activity.title, "day": lazy_day(found.date, now)}
    messaging.send(
        volunteer=found.volunteer,
        key=selectors.asked_key(found.pk),
        text=messaging.fill_in(QUESTION, **words),
        path=link_to("record", found.pk),
        tone=Tone.TODO,
        at=now,
    )
    messages.success(request, _("Your question is now on the page of %(name)s.") % {"name": found.volunteer.name})
    return redirect("lead:activity", activity_id=activity.pk)


def _may_alone(waiting: confirmation.Candidates, now: dt.datetime) -> list[ServiceRecord]:
    """Return the records that the user entered and may confirm alone by now, since nobody else has (K4)."""
    return [record for record in waiting.entered if waiting.alone_after[record.pk] < timezone.localdate(now)]


def _is_closed(activity: Activity, now: dt.datetime) -> bool:
    """Return whether no shift of the activity takes a check-in or check-out any more (C2)."""
    windows = [shift_window(shift, activity.community_id) for shift in activity.shifts.all()]
    return bool(windows) and all(window.closes_at < now for window in windows)


def _typed_address() -> str:
    """Return the address where people type a code, short enough to read aloud."""
    return settings.PUBLIC_URL.split("://")[-1] + "/c/"


def _live_codes(activity: Activity, now: dt.datetime, *, minutes: int) -> list[dict[str, Any]]:
    """Return the code of `now` and those of the next `minutes`; none for a cancelled activity."""
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
