"""The back-office page of all records that wait for confirmation, to confirm many with one click."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.activities.models import Activity
from academy.core.http import posted_id, posted_ids
from academy.core.refusals import Refusal
from academy.core.rights import right_required
from academy.core.signals import objects_shown
from academy.hours import explanation
from academy.hours.forms import parse_heads
from academy.hours.late import PUBLISHED_LATE
from academy.hours.models import ServiceRecord
from academy.hours.services import confirmation, deadlines, evaluation
from academy.people.http import user_of
from academy.people.models import User
from academy.people.permissions import Right

TITLE = gettext_lazy("Confirm hours")


@dataclass(frozen=True)
class Row:
    """An activity with its records that wait for confirmation."""

    activity: Activity
    candidates: confirmation.Candidates
    counted: list[ServiceRecord]  # C4: the number of heads confirms them
    to_look_at: list[tuple[ServiceRecord, list[str], list[dict[str, Any]]]]  # with remarks and steps
    deadline: deadlines.Deadline | None

    @property
    def held(self) -> list[ServiceRecord]:
        """The records that the leader's page shows with the act that comes first."""
        return [*self.candidates.role_missing, *self.candidates.entered, *self.candidates.minors]

    @property
    def named(self) -> list[ServiceRecord]:
        """The records whose volunteers the page names."""
        return [*(record for record, _remarks, _steps in self.to_look_at), *self.held]

    @property
    def published_late(self) -> bool:
        """The mark of an activity with a record of a shift that had begun before it was published (C1)."""
        return any(PUBLISHED_LATE in flags for flags in self.candidates.suspected.values())

    @property
    def minutes(self) -> int:
        return sum(record.minutes for record in (*self.candidates.ready, *self.counted))


@right_required(Right.CONFIRM_HOURS)
def confirm_many(request: HttpRequest) -> HttpResponse:
    """Show the activities; on POST, confirm the ticked ones, or one record that the user has looked at."""
    user, now = user_of(request), timezone.now()
    if request.method == "POST":
        _confirm_record(request, user, now) if "record" in request.POST else _confirm_ticked(request, user, now)
        return redirect(request.path)
    rows = _rows(user, now)
    named = [record for row in rows for record in row.named]
    objects_shown.send(sender=ServiceRecord, request=request, objects=named)
    context = {"page_title": TITLE, "header_icon": "calendar-check", "rows": rows}
    return render(request, "desk/admin/confirm.html", context)


def _waiting(user: User) -> Any:
    confirms = user.communities_for(Right.CONFIRM_HOURS)
    records = ServiceRecord.objects.awaiting_confirmation().filter(community__in=confirms)
    return Activity.objects.in_communities(confirms).filter(pk__in=records.values("activity"))


def _rows(user: User, at: dt.datetime) -> list[Row]:
    activities = list(_waiting(user).select_related("leader__merged_into", "published_by__volunteer").order_by("pk"))
    found = confirmation.list_candidates_by_activity(activities=activities, by=user, at=at)
    due = {one.activity.pk: one for one in deadlines.running(user.communities_for(Right.CONFIRM_HOURS), at=at)}
    rows = []
    for activity in activities:
        candidates = found[activity.pk]
        counted, looked_at = [], []
        for record in candidates.flagged:
            flags = [*record.remarks, *candidates.suspected[record.pk]]
            if flags == ["static"]:
                counted.append(record)
                continue
            looked_at.append((record, explanation.remarks_of(record, flags), explanation.steps_of(record)))
        rows.append(Row(activity, candidates, counted, looked_at, due.get(activity.pk)))
    far = dt.date.max
    return sorted(rows, key=lambda row: (row.deadline.due_on if row.deadline else far, row.activity.pk))


def _confirm_record(request: HttpRequest, user: User, at: dt.datetime) -> None:
    """One record whose remarks and steps were in view."""
    record = ServiceRecord.objects.filter(pk=posted_id(request, "record") or 0)
    found = record.filter(community__in=user.communities_for(Right.CONFIRM_HOURS)).select_related("activity").first()
    if found is None:
        messages.error(request, _("This record is not there any more."))
        return
    answer = confirmation.confirm(activity=found.activity, by=user, at=at, records=[found])
    _show_results(request, [(found.activity, answer)])


def _confirm_ticked(request: HttpRequest, user: User, at: dt.datetime) -> None:
    """Confirm each ticked activity by itself, so that a refusal does not stop the others."""
    answers = []
    for activity in _ticked(request, user):
        heads = parse_heads(request.POST.get(f"heads-{activity.pk}", ""))
        if isinstance(heads, Refusal):
            messages.error(request, _about(activity, heads))
            continue
        answer = confirmation.confirm(activity=activity, by=user, at=at, heads=heads)
        answers.append((activity, answer))
        if "evaluate" in request.POST and not isinstance(answer, Refusal):
            evaluation.evaluate(activity=activity, by=user, at=at)
    _show_results(request, answers)


def _ticked(request: HttpRequest, user: User) -> Iterator[Activity]:
    confirms = user.communities_for(Right.CONFIRM_HOURS)
    ticked = Activity.objects.in_communities(confirms).filter(pk__in=posted_ids(request, "activity"))
    yield from ticked.select_related("leader__merged_into", "community")


def _show_results(
    request: HttpRequest, answers: list[tuple[Activity, confirmation.ConfirmationResult | Refusal]]
) -> None:
    """Show one message for all confirmed records, and one for each refusal or note."""
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
            messages.warning(request, _about(activity, note))


def _about(activity: Activity, sentence: Any) -> str:
    return _("%(name)s: %(sentence)s") % {"name": activity, "sentence": sentence}
