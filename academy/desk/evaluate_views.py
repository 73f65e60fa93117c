"""The back-office page that evaluates many past activities in one act (K10)."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages

from academy.activities.models import Activity
from academy.core.http import posted_ids, safe_next
from academy.core.refusals import Refusal
from academy.core.rights import right_required
from academy.core.signals import objects_shown
from academy.hours.services import deadlines, evaluation
from academy.people.http import user_of
from academy.people.models import User, Volunteer
from academy.people.permissions import Right

TITLE = gettext_lazy("Evaluate activities")


@dataclass(frozen=True)
class Row:
    """A past activity with the people whom the user can evaluate now."""

    deadline: deadlines.Deadline
    people: list[Volunteer]


@right_required(Right.CONFIRM_HOURS)
def evaluate_many(request: HttpRequest) -> HttpResponse:
    """Show the activities; on POST, evaluate the ticked ones as satisfactory.

    `all` evaluates every listed one, `take_back` undoes an earlier act. None is ticked beforehand: satisfactory is a
    user's statement, since a star rating rests on it (S2).
    """
    user, now = user_of(request), timezone.now()
    if request.method == "POST":
        if "take_back" in request.POST:
            _take_back(request, user, now)
        else:
            _evaluate(request, user, now)
        return redirect(safe_next(request) or request.path)
    rows = rows_of(deadlines.running(user.communities_for(Right.CONFIRM_HOURS), at=now), by=user)
    objects_shown.send(sender=Volunteer, request=request, objects=[person for row in rows for person in row.people])
    context = {
        "page_title": TITLE,
        "header_icon": "list-ul",
        "rows": rows,
        "overdue": sum(row.deadline.is_overdue for row in rows),
        "people": sum(len(row.people) for row in rows),
        "acts": evaluation.acts_of(user, at=now),
    }
    return render(request, "desk/admin/evaluate.html", context)


def rows_of(running: list[deadlines.Deadline], *, by: User) -> list[Row]:
    """Return the activities in which `by` can evaluate somebody now, the next due first."""
    left = evaluation.left_to_evaluate([one.activity.pk for one in running if one.unevaluated], by=by)
    return [Row(one, left[one.activity.pk]) for one in running if left.get(one.activity.pk)]


def _evaluate(request: HttpRequest, user: User, at: dt.datetime) -> None:
    """Evaluate each chosen activity by itself, so that a refusal does not stop the others."""
    chosen = posted_ids(request, "listed" if "all" in request.POST else "activity")
    confirms = user.communities_for(Right.CONFIRM_HOURS)
    activities = Activity.objects.in_communities(confirms).filter(pk__in=chosen).order_by("pk")
    done = 0
    for activity in activities.select_related("leader__merged_into", "community"):
        answer = evaluation.evaluate(activity=activity, by=user, at=at)
        if isinstance(answer, Refusal):
            messages.warning(request, _("%(name)s: %(sentence)s") % {"name": activity, "sentence": answer})
        else:
            done += 1
    if done:
        text = ngettext(
            "Evaluated as satisfactory: %(count)s activity.", "Evaluated as satisfactory: %(count)s activities.", done
        ) % {"count": done}
        back = messages.button(f"{reverse('evaluate_many')}#lately", _("See or take back"))
        messages.success(request, text, buttons=[back])
    elif not chosen:
        messages.warning(request, _("No activity is ticked."))


def _take_back(request: HttpRequest, user: User, at: dt.datetime) -> None:
    """Undo the act of the moment that the button posts."""
    try:
        made_at = parse_datetime(request.POST["take_back"])
    except ValueError:
        made_at = None
    if made_at is None or timezone.is_naive(made_at):
        messages.warning(request, str(evaluation.CHANGED_SINCE))
        return
    answer = evaluation.take_back(made_at=made_at, by=user, at=at)
    if isinstance(answer, Refusal):
        messages.warning(request, str(answer))
        return
    text = ngettext(
        "Taken back: %(count)s activity waits for its evaluation again.",
        "Taken back: %(count)s activities wait for their evaluation again.",
        answer,
    )
    messages.success(request, text % {"count": answer})
