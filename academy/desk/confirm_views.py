"""The back-office page of all records that wait for confirmation, to confirm many with one click."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.activities.models import Activity
from academy.core.http import posted_id, read_id
from academy.core.refusals import Refusal
from academy.core.rights import right_required
from academy.core.signals import objects_shown
from academy.desk.confirming import Entry, Row, list_rows
from academy.desk.evaluate_views import rows_of
from academy.hours.models import ServiceRecord
from academy.hours.services import confirmation, deadlines, evaluation
from academy.people import namesakes
from academy.people.http import user_of
from academy.people.models import User
from academy.people.permissions import Right

TITLE = gettext_lazy("Confirm hours")

Answer = tuple[Activity, confirmation.ConfirmationResult | Refusal]


@right_required(Right.CONFIRM_HOURS)
def confirm_many(request: HttpRequest) -> HttpResponse:
    """Show the activities; on POST, confirm the ticked ones, or one record that the user has looked at.

    A page that asks or refuses keeps all that was typed on it.
    """
    user, now = user_of(request), timezone.now()
    typed, answered = Entry.read(request), frozenset[int]()
    if request.method == "POST":
        if "record" in request.POST:
            _confirm_record(request, user, now)
        else:
            typed, answered = _confirm_activities(request, user, now, typed)
    running = deadlines.running(user.communities_for(Right.CONFIRM_HOURS), at=now)
    rows = list_rows(user, now, running, typed, answered)
    if request.method == "POST" and not any(row.is_kept for row in rows):
        return redirect(request.path)
    named = [record for row in rows for record in row.named]
    objects_shown.send(sender=ServiceRecord, request=request, objects=named)
    context = {
        "page_title": TITLE,
        "header_icon": "calendar-check",
        "rows": rows,
        "tails": namesakes.tails([record.volunteer.stays for record in named]),
        "evaluates": typed.evaluates,
        "to_evaluate": len(rows_of(running, by=user)),
        **_sums(rows),
    }
    return render(request, "desk/admin/confirm.html", context)


def _sums(rows: list[Row]) -> dict[str, Any]:
    """Return the counts above the list: records that one click confirms, and those that need more."""
    ready = [record for row in rows for record in row.candidates.ready]
    return {
        "ready": len(ready),
        "minutes": sum(record.minutes for record in ready),
        "counted": sum(len(row.counted) for row in rows),
        "to_look_at": sum(len(row.named) for row in rows),
    }


def _confirm_record(request: HttpRequest, user: User, at: dt.datetime) -> None:
    """One record whose remarks and steps were in view."""
    record = ServiceRecord.objects.filter(pk=posted_id(request, "record") or 0)
    found = record.filter(community__in=user.communities_for(Right.CONFIRM_HOURS)).select_related("activity").first()
    if found is None:
        messages.error(request, _("This record is not there any more."))
        return
    answer = confirmation.confirm(activity=found.activity, by=user, at=at, records=[found])
    _show_results(request, [(found.activity, answer)])


def _confirm_activities(
    request: HttpRequest, user: User, at: dt.datetime, typed: Entry
) -> tuple[Entry, frozenset[int]]:
    """Confirm each ticked activity by itself, so that a refusal or a question does not stop the others.

    With `sure`, confirm that activity alone. Return what stays typed, and the activities that need an answer.
    """
    sure_of, _colon, sure = request.POST.get("sure", "").partition(":")
    chosen = typed.ticked or frozenset()
    if (only := read_id(sure_of)) is not None:
        chosen = frozenset({only})
    confirms = user.communities_for(Right.CONFIRM_HOURS)
    ticked = Activity.objects.in_communities(confirms).filter(pk__in=chosen).order_by("pk")
    activities = list(ticked.select_related("leader__merged_into", "community"))
    waiting = confirmation.list_candidates_by_activity(activities=activities, by=user, at=at)
    answers: list[Answer] = []
    asking, short = set(), set(typed.short)
    heads = dict(typed.heads)
    for activity in activities:
        posters = [] if activity.pk in short else _posters(waiting[activity.pk])
        row = Row(activity, waiting[activity.pk], posters, [], None, None)
        count = row.count(heads.get(activity.pk) or None)
        if row.counted and (count.error or (count.asked is not None and sure != count.sure)):
            asking.add(activity.pk)
            continue
        number = count.number if row.counted else None
        answer = confirmation.confirm(activity=activity, by=user, at=at, heads=number)
        answers.append((activity, answer))
        if isinstance(answer, Refusal):
            continue
        if number is not None and number < answer.scanned and _posters(answer):
            short.add(activity.pk)
        elif number is not None:
            heads.pop(activity.pk, None)
        elif activity.pk not in short and _posters(answer):
            asking.add(activity.pk)
        if typed.evaluates and answer.ready:
            evaluation.evaluate(activity=activity, by=user, at=at)
    _show_results(request, answers)
    return replace(typed, heads=heads, short=frozenset(short)), frozenset(asking)


def _posters(found: confirmation.Candidates) -> list[ServiceRecord]:
    """Return the records that lack only the head count: they rest on the poster's scans (C4)."""
    return [record for record in found.flagged if record.remarks + found.suspected[record.pk] == ["static"]]


def _show_results(request: HttpRequest, answers: list[Answer]) -> None:
    """Show one message for all confirmed records, and one for each refusal or note that no row says."""
    done = [(activity, len(one.ready)) for activity, one in answers if not isinstance(one, Refusal) and one.ready]
    if len(done) == 1:
        messages.success(request, _about(done[0][0], _("Confirmed: %(count)s.") % {"count": done[0][1]}))
    elif done:
        messages.success(
            request,
            _("Confirmed: %(count)s records of %(activities)s activities.")
            % {"count": sum(count for _activity, count in done), "activities": len(done)},
        )
    for activity, answer in answers:
        for note in [answer] if isinstance(answer, Refusal) else answer.notes:
            if note != confirmation.FLAGGED:  # the row says what stands out, and asks for the head count
                messages.warning(request, _about(activity, note))


def _about(activity: Activity, sentence: Any) -> str:
    return _("%(name)s: %(sentence)s") % {"name": activity, "sentence": sentence}
