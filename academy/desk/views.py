"""A volunteer's own page, and the leader's page on a phone."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from academy.activities.belongings import may_lead
from academy.activities.models import Activity
from academy.advancement import services as advancement
from academy.checkin import services as checkin
from academy.core.keys import grouped
from academy.core.refusals import Refusal
from academy.decisions.selectors import count_waiting
from academy.desk import requests, selectors
from academy.hours import sentences
from academy.hours import services as hours
from academy.hours.models import RecordState, ServiceRecord
from academy.learning import services as learning
from academy.messaging import services as messaging
from academy.paper.codes import qr_svg
from academy.people import cards
from academy.people.belongings import may
from academy.people.models import User, Volunteer
from academy.people.permissions import Right

RECORDS_SHOWN = 40
MESSAGES_SHOWN = 10
LIVE_MINUTES_AHEAD = 6  # five without a network, should it fail just before the page asks again
LATEST_SHOWN = 5


@login_required
@never_cache
@require_GET
def my(request: HttpRequest) -> HttpResponse:
    """Hours, what waits and why, and each record's way to its explanation; for oneself or whom one acts for."""
    user = user_of(request)
    people = selectors.people_shown_to(user)
    if not people:
        nobody = {"opens_admin": _opens_admin(request), "to_decide": count_waiting(user)}
        return render(request, "desk/no_volunteer.html", nobody)
    volunteer = chosen(people, request)
    now = timezone.now()
    records = selectors.records_of(volunteer, limit=RECORDS_SHOWN)
    summary = hours.summary_for(volunteer, at=now)
    context = {
        "volunteer": volunteer,
        "people": people,
        "has_card": may(user, Right.CHECK_IN, volunteer=volunteer),
        "hours": summary,
        "rests_on": selectors.rests_on(volunteer),
        "class_hours": learning.class_hours(volunteer=volunteer),
        "expected": _all_expected(summary),
        "records": [(record, selectors.WHY_IT_WAITS.get(RecordState(record.state), "")) for record in records],
        "coming": selectors.coming_sign_ups(volunteer, now),
        "led": selectors.led_activities(user, now),
        "inbox": messaging.inbox(volunteer, limit=MESSAGES_SHOWN),
        "stars": advancement.stars_of(volunteer),
        "to_decide": count_waiting(user),
        "opens_admin": _opens_admin(request),
    }
    return render(request, "desk/my.html", context)


@login_required
@require_POST
def messages_read(request: HttpRequest) -> HttpResponse:
    """What somebody has been told is read: the message of the button, or all of them."""
    people = selectors.people_shown_to(user_of(request))
    if not people:
        return redirect("desk:my")
    volunteer = chosen(people, request)
    only = _numbers(request, "message") if "message" in request.POST else None
    messaging.mark_read(volunteer=volunteer, at=timezone.now(), only=only)
    return redirect(f"{reverse('desk:my')}?who={volunteer.number}")


@login_required
@never_cache
@require_GET
def my_card(request: HttpRequest) -> HttpResponse:
    """The check-in card for the leader's scanner, of oneself or whom one acts for; made at the first look."""
    user = user_of(request)
    people = [person for person in selectors.people_shown_to(user) if may(user, Right.CHECK_IN, volunteer=person)]
    if not people:
        return render(request, "desk/no_volunteer.html", {"opens_admin": _opens_admin(request)})
    volunteer = chosen(people, request)
    card = cards.card_for(volunteer=volunteer, by=user, at=timezone.now())
    context = {"volunteer": volunteer, "people": people, "svg": qr_svg(cards.card_url(card))}
    return render(request, "desk/card.html", context)


@login_required
@never_cache
@require_GET
def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """One record's explanation: every step with its clause, and the scans that it rests on."""
    people = Volunteer.objects.all_with(selectors.people_shown_to(user_of(request)))
    of_mine = ServiceRecord.objects.filter(volunteer__in=people)
    found = get_object_or_404(
        of_mine.select_related("activity", "shift", "rule_set", "volunteer", "confirmed_by"), pk=record_id
    )
    context = {
        "record": found,
        "reason": selectors.WHY_IT_WAITS.get(RecordState(found.state), ""),
        "expected": hours.expected_for(found, timezone.now()),
        "asked": requests.requests_of(found.volunteer.stays, found),
        **_explanation(found, found.flags),  # what was noticed at the scans is for the leader's eyes
    }
    return render(request, "desk/record.html", context)


@login_required
@never_cache
@require_GET
def led(request: HttpRequest) -> HttpResponse:
    """The activities that I lead."""
    activities = selectors.led_activities(user_of(request), timezone.now())
    return render(request, "desk/led.html", {"activities": activities})


@login_required
@never_cache
@require_GET
def lead(request: HttpRequest, activity_id: int) -> HttpResponse:
    """The leader's page: the live code, who is here, heads against scans, check everybody out, confirm."""
    activity = led_activity(request, activity_id)
    now = timezone.now()
    waiting = hours.candidates(activity=activity, by=user_of(request), at=now)
    # A poster's scans need no look at each: the head count answers for them (C4).
    remarks = {record.pk: _remarks(record) + waiting.suspected[record.pk] for record in waiting.flagged}
    counted = [record for record in waiting.flagged if remarks[record.pk] == ["static"]]
    asked = selectors.asked_about(activity)
    context = {
        "activity": activity,
        "shifts": activity.shifts.all(),
        "presence": selectors.presence_at(activity),
        "waiting": waiting,
        "counted": counted,
        "to_look_at": [
            (record, _sentences(remarks[record.pk]), asked.get(record.pk))
            for record in waiting.flagged
            if record not in counted
        ],
        "code": next(iter(_live_codes(activity, now, minutes=0)), None),
        "typed_address": _typed_address(),
        "claims": selectors.claims_at(activity, now),
        "confirmed": activity.confirmations.order_by("-confirmed_at").first(),
    }
    return render(request, "desk/lead.html", context)


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
    return render(request, "desk/screen.html", context)


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
    flags = _remarks(found) + hours.suspected_of([found])[found.pk]
    context = {"activity": activity, "record": found, "own": own, **_explanation(found, flags)}
    return render(request, "desk/lead_record.html", context)


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
    staying = _numbers(request, "staying")
    count = checkin.check_everybody_out(activity=activity, by=user_of(request), at=timezone.now(), staying=staying)
    messages.success(
        request, _("Checked out: %(count)s. Everybody's minutes wait for you to confirm.") % {"count": count}
    )
    return redirect("desk:lead", activity_id=activity.pk)


@login_required
@require_POST
def confirm(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Confirms the records that wait, with the heads counted (C4); never one's own (K4)."""
    activity = led_activity(request, activity_id)
    heads = request.POST.get("heads", "").strip()
    if heads and not (heads.isdecimal() and len(heads) <= 4):
        messages.error(request, _("The number of heads is a whole number, e.g. 18."))
        return redirect("desk:lead", activity_id=activity.pk)
    looked_at = None
    if "record" in request.POST:
        looked_at = list(ServiceRecord.objects.filter(activity=activity, pk__in=_numbers(request, "record")))
    outcome = hours.confirm(
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
    return redirect("desk:lead", activity_id=activity.pk)


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
        path=reverse("desk:record", args=[found.pk]),
        at=timezone.now(),
    )
    messages.success(request, _("Asked: %(name)s finds it on their page.") % {"name": found.volunteer.name})
    return redirect("desk:lead", activity_id=activity.pk)


def _explanation(record: ServiceRecord, flags: list[str]) -> dict[str, Any]:
    return {
        "steps": sentences.explained(record.steps, rule_set_id=record.rule_set_id),
        "flags": _sentences(flags),
        "scans": selectors.evidence_of(record),
    }


def _remarks(record: ServiceRecord) -> list[str]:
    """What was noticed, by the rules and at the scans."""
    return [*record.flags, *record.basis["scan_flags"]]


def _sentences(flags: list[str]) -> list[str]:
    return [sentences.flag_sentence(flag) for flag in flags]


def _all_expected(summary: hours.Summary) -> dt.date | None:
    """The day by which all that waits counts; None while something has to be decided first."""
    days = [one.expected for one in summary.waiting if one.record.minutes]
    return None if None in days else max((day for day in days if day), default=None)


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _numbers(request: HttpRequest, name: str) -> list[int]:
    """The ids that a form sends as `name`, whatever is none left out."""
    return [int(text) for text in request.POST.getlist(name) if text.isdecimal() and len(text) < 18]


def chosen(people: list[Volunteer], request: HttpRequest) -> Volunteer:
    """Of `people`, the one whom the address names (`?who=`); oneself where it names nobody."""
    number = request.GET.get("who")
    if number is None:
        return next((person for person in people if person.user_id == request.user.pk), people[0])
    for person in people:
        if person.number == number:
            return person
    raise Http404


def _opens_admin(request: HttpRequest) -> bool:
    return user_of(request).communities_for(Right.OPEN_ADMIN).exists()


def led_activity(request: HttpRequest, activity_id: int) -> Activity:
    activity = get_object_or_404(Activity.objects.published().select_related("leader", "community"), pk=activity_id)
    if not may_lead(user_of(request), activity):
        raise Http404
    return activity


def _typed_address() -> str:
    """Where a code is typed, as it is read aloud."""
    return settings.PUBLIC_URL.split("://")[-1] + "/c/"


def _live_codes(activity: Activity, now: dt.datetime, *, minutes: int) -> list[dict[str, Any]]:
    """The code of `now` and those of the next `minutes`; none of a cancelled activity, whose codes answer nobody."""
    if activity.cancelled_at is not None:
        return []
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
