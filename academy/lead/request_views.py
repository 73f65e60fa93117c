"""Requests of a leader: correct times, a longer day, overtime; and the evaluation of the volunteers."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy.activities.http import led_activity
from academy.activities.models import Activity, Role, Shift
from academy.core.clocks import moment_at
from academy.core.http import form_page, posted_id
from academy.core.kept_forms import typed_before, typed_now_or_before
from academy.core.refusals import Refusal, add_to_form
from academy.decisions.kinds import kind_of
from academy.decisions.models import Request
from academy.decisions.second_person import own_people
from academy.families.http import log_people_shown
from academy.hours.forms import TimesForm, scanned_times
from academy.hours.models import Evaluation, RecordState, ServiceRecord
from academy.hours.services import approvals, evaluation, make_ups, roles
from academy.lead.forms import LongDayForm, OvertimeForm
from academy.people import namesakes
from academy.people.http import user_of
from academy.people.models import Volunteer

STARS = (
    (1, pgettext_lazy("stars", "poor")),
    (2, pgettext_lazy("stars", "weak")),
    (3, pgettext_lazy("stars", "fair")),
    (4, pgettext_lazy("stars", "good")),
    (5, pgettext_lazy("stars", "very good")),
)


@login_required
@never_cache
@form_page
def correct_times(request: HttpRequest, activity_id: int, record_id: int) -> HttpResponse:
    """Correct the times of a visit before the leader confirms it."""
    activity, record = _led_record(request, activity_id, record_id)
    form = TimesForm(
        request.POST or None,
        shift=record.shift,
        initial=scanned_times(record.volunteer.stays, record.shift),
        typed=typed_before(request),
    )
    if request.method == "POST" and form.is_valid():
        answer = make_ups.correct_visit(
            volunteer=record.volunteer,
            shift=record.shift,
            times=form.times,
            by=user_of(request),
            at=timezone.now(),
        )
        if not isinstance(answer, Refusal):
            messages.success(request, _("Corrected. Because you entered the times, another person confirms them."))
            return redirect("lead:activity", activity_id=activity.pk)
        add_to_form(form, answer, {"times_reversed": "left", "in_the_future": "left"})
    log_people_shown(request, [record.volunteer])
    context = {"activity": activity, "title": record.volunteer.name, "when": record.shift, "form": form}
    return render(request, "lead/ask.html", {**context, "act": _("Put right")})


@login_required
@require_POST
def name_role(request: HttpRequest, activity_id: int, record_id: int) -> HttpResponse:
    """Name what the volunteer of a waiting record did there, with one tap (H9)."""
    activity, record = _led_record(request, activity_id, record_id)
    role = get_object_or_404(Role, pk=posted_id(request, "role"), activity=activity)
    answer = roles.name_role(
        volunteer=record.volunteer, shift=record.shift, role=role, by=user_of(request), at=timezone.now()
    )
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
    else:
        named = {"name": record.volunteer.name, "role": role.name}
        messages.success(request, _("%(name)s: %(role)s. Look at the hours, then confirm.") % named)
    return redirect("lead:activity", activity_id=activity.pk)


@login_required
@never_cache
@form_page
def ask_longer_day(request: HttpRequest, activity_id: int, record_id: int) -> HttpResponse:
    """Ask to count more of a volunteer's day than its limit (H4)."""
    activity, record = _led_record(request, activity_id, record_id)
    form = LongDayForm(request.POST or None, initial=typed_before(request))
    if request.method == "POST" and form.is_valid():
        answer = approvals.ask_daily_approval(
            volunteer=record.volunteer,
            date=record.date,
            minutes=int(form.cleaned_data["hours"] * 60),
            reason=form.cleaned_data["reason"],
            by=user_of(request),
            at=timezone.now(),
        )
        if not isinstance(answer, Refusal):
            messages.success(request, _("Your request is sent. A second person decides."))
            return redirect("lead:activity", activity_id=activity.pk)
        add_to_form(form, answer, {"not_more": "hours", "beyond_hard_limit": "hours"})
    log_people_shown(request, [record.volunteer])
    context = {
        "activity": activity,
        "title": record.volunteer.name,
        "when": record.shift,
        "form": form,
        "intro": _("They served longer than a day counts? After a second person agrees, it counts up to this number."),
        "waiting": _waiting(approvals.waiting_daily_approval(record.volunteer, record.date)),
    }
    return render(request, "lead/ask.html", {**context, "act": _("Ask for a longer day")})


@login_required
@never_cache
@form_page
def ask_overtime(request: HttpRequest, activity_id: int, shift_id: int) -> HttpResponse:
    """Ask to count a shift beyond its planned end (H4)."""
    activity = led_activity(request, activity_id)
    shift = get_object_or_404(Shift.objects.select_related("activity__community"), pk=shift_id, activity=activity)
    form = OvertimeForm(request.POST or None, initial=typed_before(request))
    if request.method == "POST" and form.is_valid():
        end = timezone.localtime(shift.ends_at)
        until = moment_at(form.cleaned_data["until"], after=end, until=end + approvals.LONGEST_OVERTIME)
        answer = approvals.ask_overtime(
            shift=shift, until=until, reason=form.cleaned_data["reason"], by=user_of(request), at=timezone.now()
        )
        if not isinstance(answer, Refusal):
            messages.success(request, _("Your request is sent. A second person decides."))
            return redirect("lead:activity", activity_id=activity.pk)
        add_to_form(form, answer, {"not_after_end": "until", "too_long": "until"})
    context = {
        "activity": activity,
        "title": activity.title,
        "when": shift,
        "form": form,
        "intro": _("Until when did people really stay? After a second person agrees, it counts for all who stayed."),
        "waiting": _waiting(approvals.waiting_overtime(shift)),
    }
    return render(request, "lead/ask.html", {**context, "act": _("Ask to count more time")})


@login_required
@never_cache
@form_page
def evaluate(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Evaluate the volunteers of the activity at once: those with stars, and with `rest` all others (K10).

    No star is chosen beforehand, so that a score says what somebody thought (S2).
    """
    activity = led_activity(request, activity_id)
    everybody = evaluation.volunteers_of([activity.pk])[activity.pk]
    own = own_people(user_of(request), everybody.to_evaluate)
    people = [person for person in everybody.to_evaluate if person.pk not in own]
    given = {one.volunteer_id: one for one in activity.evaluations.all()}
    log_people_shown(request, people)
    refusal = None
    if request.method == "POST":
        answer = evaluation.evaluate(
            activity=activity,
            by=user_of(request),
            at=timezone.now(),
            exceptions=_exceptions(request.POST, people),
            others_too="rest" in request.POST,
            seen={person.pk: request.POST.get(f"seen-{person.pk}", "") for person in people},
        )
        if not isinstance(answer, Refusal):
            messages.success(request, _("Evaluated: %(count)s.") % {"count": len(answer)})
            return redirect("lead:activity", activity_id=activity.pk)
        refusal = answer
    typed = typed_now_or_before(request)
    rows = [_row(typed, person, given.get(person.pk), refusal) for person in people]
    context = {
        "activity": activity,
        "rows": rows,
        "refusal": refusal,
        "stars": STARS,
        "has_own": bool(own),
        "has_waiting": bool(everybody.waiting),
        "tails": namesakes.tails(people),
    }
    return render(request, "lead/evaluate.html", context)


@dataclass(frozen=True)
class EvaluationRow:
    """A person on the page of evaluations: stars and word as typed, else as stored, else none."""

    person: Volunteer
    score: int | None
    word: str
    seen: str  # the mark of the evaluation that this page shows
    stored: Evaluation | None  # what another user stored meanwhile, beside what was typed
    error: str


def _row(typed: QueryDict, person: Volunteer, stored: Evaluation | None, refusal: Refusal | None) -> EvaluationRow:
    seen = evaluation.mark(stored)
    if refusal is None and not typed:
        score, word = (stored.score, stored.word) if stored else (None, "")
        return EvaluationRow(person, score, word, seen, None, "")
    if refusal != evaluation.CHANGED_MEANWHILE:
        seen = typed.get(f"seen-{person.pk}", "")
    score, word = _typed(typed, person)
    is_lower = score is not None and score < evaluation.SATISFACTORY
    missing = refusal == evaluation.NEEDS_A_WORD and is_lower and not word.strip()
    error = str(evaluation.NEEDS_A_WORD) if missing else ""
    return EvaluationRow(person, score, word, seen, stored if refusal else None, error)


def _typed(typed: QueryDict, person: Volunteer) -> tuple[int | None, str]:
    """Return the stars and the word that the form sent for `person`; no stars without a number."""
    score = typed.get(f"score-{person.pk}", "")
    is_number = score.isascii() and score.isdecimal() and len(score) < 3
    return int(score) if is_number else None, typed.get(f"word-{person.pk}", "")[:200]


def _waiting(asked: Request | None) -> dict[str, Any] | None:
    """Return what a request that waits already asks for, and its day, for the page above the form."""
    return None if asked is None else {"summary": kind_of(asked).summary(asked), "asked_at": asked.asked_at}


def _exceptions(typed: QueryDict, people: list[Volunteer]) -> list[evaluation.ExemptedVolunteer]:
    """Return the volunteers with stars; one with a word alone is satisfactory."""
    found = []
    for person in people:
        score, word = _typed(typed, person)
        if score is not None or word.strip():
            chosen = evaluation.SATISFACTORY if score is None else score
            found.append(evaluation.ExemptedVolunteer(person, chosen, word))
    return found


def _led_record(request: HttpRequest, activity_id: int, record_id: int) -> tuple[Activity, ServiceRecord]:
    activity = led_activity(request, activity_id)
    waiting = ServiceRecord.objects.filter(activity=activity, state=RecordState.AWAITING_CONFIRMATION)
    related = ("volunteer__merged_into", "shift__activity__community")
    return activity, get_object_or_404(waiting.select_related(*related), pk=record_id)
