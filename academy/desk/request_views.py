"""Asking: hours that are missing or wrong, an objection, a longer day, overtime."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.forms import Form, HiddenInput, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from academy.activities.models import Activity, Shift
from academy.core.files import private_file
from academy.core.refusals import Refusal
from academy.desk import requests
from academy.desk.request_forms import LongDayForm, MakeUpForm, MoreForm, ObjectionForm, TimesForm, moment_in
from academy.desk.selectors import people_shown_to
from academy.desk.views import led_activity, user_of
from academy.hours import services as hours
from academy.hours.models import Evidence, MakeUp, RecordState, ServiceRecord
from academy.people.models import Volunteer
from academy.people.permissions import Right

asking = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@never_cache
@require_GET
def missing(request: HttpRequest) -> HttpResponse:
    """Which activity it was of which hours are missing: the community's latest, those already recorded left out."""
    volunteer = _asking_for(request)
    context = {"volunteer": volunteer, "shifts": requests.unrecorded_shifts(volunteer, timezone.now())}
    return render(request, "desk/missing.html", context)


@login_required
@never_cache
@asking
def ask(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Asks for a make-up entry or a correction of somebody's hours at a shift (K8, K9)."""
    volunteer = _asking_for(request)
    records = ServiceRecord.objects.filter(volunteer__in=Volunteer.objects.one_with(volunteer.pk))
    known = Q(activity__published_at__isnull=False) | Q(activity__imported=True, pk__in=records.values("shift"))
    shift = get_object_or_404(Shift.objects.select_related("activity__community").filter(known), pk=shift_id)
    if not hours.may_ask(user_of(request), volunteer=volunteer, shift=shift):
        raise Http404
    record = requests.record_at(volunteer, shift)
    form = MakeUpForm(request.POST or None, shift=shift, initial=requests.scanned_times(volunteer, shift))
    if record is None:
        form.fields["absent"].widget = HiddenInput()  # there is nothing to take back
    if request.method == "POST" and form.is_valid():
        came, left = form.times or (None, None)
        answer = hours.ask_make_up(
            volunteer=volunteer,
            shift=shift,
            came_at=came,
            left_at=left,
            reason=form.cleaned_data["reason"],
            witness=form.cleaned_data["witness"],
            evidence=[file for file in request.FILES.getlist("evidence") if isinstance(file, UploadedFile)],
            by=user_of(request),
            at=timezone.now(),
        )
        if isinstance(answer, MakeUp):
            messages.success(request, _("Asked for. You find the answer here when it has been decided."))
            return redirect(_page_of(volunteer, record))
        _refuse(form, answer, {"needs_witness": "witness", "beyond_plan": "left", "times_reversed": "left"})
    context = {
        "volunteer": volunteer,
        "shift": shift,
        "record": record,
        "form": form,
        "is_make_up": hours.way_of(volunteer=volunteer, shift=shift, at=timezone.now()) == MakeUp.Way.MAKE_UP,
    }
    return render(request, "desk/ask.html", context)


@login_required
@never_cache
@asking
def object_to(request: HttpRequest, record_id: int) -> HttpResponse:
    """Objects to hours on notice, for oneself or, as staff, for somebody at the desk (K7)."""
    user = user_of(request)
    record = get_object_or_404(requests.open_to_objection(user), pk=record_id)
    form = ObjectionForm(request.POST or None)
    if user.own_volunteer is not None:
        del form.fields["objector"]
    if request.method == "POST" and form.is_valid():
        answer = hours.object_to(
            record=record,
            reason=form.cleaned_data["reason"],
            objector=form.cleaned_data.get("objector", ""),
            by=user,
            at=timezone.now(),
        )
        if not isinstance(answer, Refusal):
            messages.success(request, _("Your objection is kept. These hours wait until it has been decided."))
            return redirect("desk:my")
        _refuse(form, answer, {"needs_objector": "objector"})
    return render(request, "desk/object.html", {"record": record, "form": form})


@login_required
@never_cache
@asking
def correct(request: HttpRequest, activity_id: int, record_id: int) -> HttpResponse:
    """The leader puts a visit right before confirming it."""
    activity, record = _led_record(request, activity_id, record_id)
    form = TimesForm(
        request.POST or None, shift=record.shift, initial=requests.scanned_times(record.volunteer.stays, record.shift)
    )
    if request.method == "POST" and form.is_valid():
        answer = hours.correct_visit(
            volunteer=record.volunteer,
            shift=record.shift,
            times=form.times,
            by=user_of(request),
            at=timezone.now(),
        )
        if not isinstance(answer, Refusal):
            messages.success(request, _("Put right. Look at it once more, then confirm."))
            return redirect("desk:lead", activity_id=activity.pk)
        _refuse(form, answer, {"times_reversed": "left", "in_the_future": "left"})
    context = {"activity": activity, "title": record.volunteer.name, "when": record.shift, "form": form}
    return render(request, "desk/lead_ask.html", {**context, "act": _("Put right")})


@login_required
@never_cache
@asking
def longer_day(request: HttpRequest, activity_id: int, record_id: int) -> HttpResponse:
    """The leader asks that somebody's day hold more than its limit (H4)."""
    activity, record = _led_record(request, activity_id, record_id)
    form = LongDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = hours.ask_daily_approval(
            volunteer=record.volunteer,
            date=record.date,
            minutes=int(form.cleaned_data["hours"] * 60),
            reason=form.cleaned_data["reason"],
            by=user_of(request),
            at=timezone.now(),
        )
        if not isinstance(answer, Refusal):
            messages.success(request, _("Asked for: a second person decides."))
            return redirect("desk:lead", activity_id=activity.pk)
        _refuse(form, answer, {"not_more": "hours", "beyond_hard_limit": "hours"})
    context = {"activity": activity, "title": record.volunteer.name, "when": record.shift, "form": form}
    return render(request, "desk/lead_ask.html", {**context, "act": _("Ask for a longer day")})


@login_required
@never_cache
@asking
def overtime(request: HttpRequest, activity_id: int, shift_id: int) -> HttpResponse:
    """The leader asks that a shift count beyond its planned end (H4)."""
    activity = led_activity(request, activity_id)
    shift = get_object_or_404(Shift.objects.select_related("activity__community"), pk=shift_id, activity=activity)
    form = MoreForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        until = moment_in(shift, form.cleaned_data["until"])
        if until <= shift.ends_at and form.cleaned_data["until"] < timezone.localtime(shift.ends_at).time():
            until += dt.timedelta(days=1)
        answer = hours.ask_overtime(
            shift=shift, until=until, reason=form.cleaned_data["reason"], by=user_of(request), at=timezone.now()
        )
        if not isinstance(answer, Refusal):
            messages.success(request, _("Asked for: a second person decides."))
            return redirect("desk:lead", activity_id=activity.pk)
        _refuse(form, answer, {"not_after_end": "until", "too_long": "until"})
    context = {"activity": activity, "title": activity.title, "when": shift, "form": form}
    return render(request, "desk/lead_ask.html", {**context, "act": _("Ask for overtime")})


@login_required
@never_cache
@asking
def evaluate(request: HttpRequest, activity_id: int) -> HttpResponse:
    """All satisfactory, except …: the whole activity in one act (K10)."""
    activity = led_activity(request, activity_id)
    people = hours.people_at(activity)
    known = {one.volunteer_id: one for one in activity.evaluations.all()}
    rows = [(person, known.get(person.pk)) for person in people]
    refusal = None
    if request.method == "POST":
        answer = hours.evaluate(
            activity=activity, by=user_of(request), at=timezone.now(), exceptions=_exceptions(request, people)
        )
        if not isinstance(answer, Refusal):
            messages.success(request, _("Evaluated: %(count)s.") % {"count": len(answer)})
            return redirect("desk:lead", activity_id=activity.pk)
        refusal = answer
    context = {"activity": activity, "rows": rows, "refusal": refusal, "typed": request.POST}
    return render(request, "desk/evaluate.html", context)


def _exceptions(request: HttpRequest, people: list[Volunteer]) -> list[hours.Except]:
    """Those with a score of their own in the form."""
    found = []
    for person in people:
        score = request.POST.get(f"score-{person.pk}", "")
        if score.isdecimal() and len(score) < 3:
            found.append(hours.Except(person, int(score), request.POST.get(f"word-{person.pk}", "")[:200]))
    return found


@login_required
@never_cache
@require_GET
def evidence(request: HttpRequest, evidence_id: int) -> HttpResponseBase:
    """Send a file that supports a request, to the user who asked, the volunteer, and those who decide."""
    found = get_object_or_404(Evidence.objects.select_related("make_up__shift__activity__community"), pk=evidence_id)
    if not requests.may_see_request(user_of(request), found.make_up):
        raise Http404
    return private_file(found.file, found.name)


def _asking_for(request: HttpRequest) -> Volunteer:
    """`?who=`: oneself, whom one acts for, or, as staff, somebody of one's community."""
    user, number = user_of(request), request.GET.get("who", "")
    mine = people_shown_to(user)
    if not number and mine:
        return next((person for person in mine if person.user_id == user.pk), mine[0])
    for person in mine:
        if person.number == number:
            return person
    staffed = user.communities_for(Right.CONFIRM_HOURS)
    led = Activity.objects.led_by(user).values("community")
    present = Volunteer.objects.present()
    return get_object_or_404(present.in_communities(staffed) | present.in_communities(led), number=number)


def _led_record(request: HttpRequest, activity_id: int, record_id: int) -> tuple[Activity, ServiceRecord]:
    activity = led_activity(request, activity_id)
    waiting = ServiceRecord.objects.filter(activity=activity, state=RecordState.AWAITING_CONFIRMATION)
    related = ("volunteer__merged_into", "shift__activity__community")
    return activity, get_object_or_404(waiting.select_related(*related), pk=record_id)


def _page_of(volunteer: Volunteer, record: ServiceRecord | None) -> str:
    if record is not None:
        return reverse("desk:record", args=[record.pk])
    return f"{reverse('desk:my')}?who={volunteer.number}"


def _refuse(form: Form, refusal: Any, fields: dict[str, str]) -> None:
    """The sentence beside what it is about."""
    form.add_error(fields.get(refusal.code), ValidationError(str(refusal), code=refusal.code))
