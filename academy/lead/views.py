"""The leader's pages on a phone: what the user leads, one activity, and one of its records."""

import datetime as dt
import math

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from academy.activities.belongings import leads
from academy.activities.http import led_activity
from academy.activities.models import Activity
from academy.checkin.services import leading
from academy.families.http import log_people_shown
from academy.feedback.selectors import rate_of
from academy.hours import explanation
from academy.hours.models import Confirmation, ServiceRecord
from academy.hours.services import confirmation
from academy.lead import live_codes, selectors, standing, undoing
from academy.lead.heads import read_head_count
from academy.lead.phases import Phase
from academy.people import ages, namesakes
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.profiles.services.details import bodies_of


@login_required
@never_cache
@require_GET
def show_led_activities(request: HttpRequest) -> HttpResponse:
    """Show the activities that the user leads, by what they ask for: today, coming, waiting, done."""
    groups = standing.list_led(user_of(request), timezone.now())
    return render(request, "lead/led.html", {"groups": groups, "any": any(groups.values())})


@login_required
@never_cache
@require_GET
def show_leader_page(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Show the leader's page of the present phase, with the records that wait for confirmation."""
    activity = led_activity(request, activity_id)
    user, now = user_of(request), timezone.now()
    one = standing.standing_of(activity, by=user, at=now)
    presence, claims = (
        selectors.presence_at(activity, at=now, expecting=one.running),
        selectors.claims_at(activity, now),
    )
    expected = selectors.expected_at(activity, one.coming) if one.coming else []
    waiting = one.waiting
    confirmed = activity.confirmations.order_by("-confirmed_at").first()
    # C4: the number of heads confirms the scans of a poster, so the leader need not look at each.
    remarks = {record.pk: record.remarks + waiting.suspected[record.pk] for record in waiting.flagged}
    posters = [record for record in waiting.flagged if remarks[record.pk] == ["static"]]
    is_short = "short" in request.GET or _was_short(confirmed)
    singly = [record for record in waiting.flagged if is_short or record not in posters]
    asked = selectors.asked_about(activity)
    everybody = selectors.people_shown(presence, waiting, claims)
    coming = [sign_up.volunteer.stays for part in expected for sign_up in part.sign_ups]
    everybody += coming + [entry.volunteer.stays for part in expected for entry in part.waits]
    log_people_shown(request, everybody)
    context = {
        "activity": activity,
        "standing": one,
        "moment": live_codes.moment_of(activity, one.spans, presence, now),
        "bar": live_codes.bar_act(activity, one.spans, presence, now),
        "seconds_to_opening": _seconds_to_opening(one, now),
        "minors_until": activity.minors_until if _has_minors(one, everybody, now) else None,
        "published_late": any(shift.is_published_late for shift in one.shifts),
        "presence": presence,
        "expected": expected,
        "bodies": bodies_of(coming) if coming else {},  # A2: before it starts
        "tails": namesakes.tails(everybody),
        "check_outs": undoing.check_outs(request, presence),
        "everybody_out": leading.latest_everybody_out(activity=activity, by=user, at=now),
        "waiting": waiting,
        "roles": activity.roles.all() if waiting.role_missing else [],
        "may_alone": standing.may_alone(waiting, now),
        "posters": posters,
        "to_confirm": [*waiting.ready, *(() if is_short else posters)],
        "to_look_at": [
            (record, explanation.remarks_of(record, remarks[record.pk]), asked.get(record.pk)) for record in singly
        ],
        "heads": read_head_count(request.GET.get("heads"), scanned=waiting.scanned, posters=len(posters)),
        "code": live_codes.code_now(activity, one.spans, now),
        "typed_address": live_codes.typed_address(),
        "claims": claims,
        "confirmed": confirmed,
        "rate": rate_of(activity) if one.phase not in (Phase.BEFORE, Phase.DURING) else None,
        "leads": leads(user, activity),
        "others": Activity.objects.led_today_by(user, now).exclude(pk=activity.pk),
    }
    return render(request, "lead/lead.html", context)


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
        "may_alone": [found] if found in standing.may_alone(waiting, now) else [],
        **explanation.explain(found, flags),
    }
    return render(request, "lead/record.html", context)


def _has_minors(one: standing.Standing, people: list[Volunteer], at: dt.datetime) -> bool:
    """Return whether a minor comes, or is there: the leader reads when minors go home."""
    is_on = one.phase in (Phase.BEFORE, Phase.DURING)
    return is_on and any(ages.is_minor(person.birth_date, timezone.localdate(at)) for person in people)


def _seconds_to_opening(one: standing.Standing, now: dt.datetime) -> int | None:
    """Return after how many seconds the page opens again to show the code; None more than an hour before."""
    if one.opens_at is None or one.opens_at - now > dt.timedelta(hours=1):
        return None
    return math.ceil((one.opens_at - now).total_seconds())


def _was_short(confirmed: Confirmation | None) -> bool:
    """Return whether fewer people were counted than scanned: look at the poster's scans singly (C4)."""
    return confirmed is not None and confirmed.heads is not None and confirmed.heads < confirmed.scanned
