"""The page of a run: timetable and place for everybody, and for a learner what is missing."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from academy.classes import selectors
from academy.classes.forms import FeedbackForm
from academy.classes.models import ClassFeedback, CourseRun
from academy.classes.refusals import NO_LEARNER
from academy.classes.services import feedback, running
from academy.core import practice
from academy.core.http import form_page, posted_id
from academy.core.refusals import Refusal
from academy.families import agency_services
from academy.families.belongings import people_of
from academy.learning.models import Course
from academy.people.http import user_of
from academy.people.models import User, Volunteer


def find_run(request: HttpRequest, run_id: int) -> CourseRun:
    """Return the published run of this address, and mark a practice community's; raise 404 for any other."""
    run = selectors.runs().filter(pk=run_id, activity__published_at__isnull=False).first()
    if run is None:
        raise Http404
    practice.show(request, run.activity.community_id)
    return run


@never_cache
@require_safe
def list_runs(request: HttpRequest, course_key: str) -> HttpResponse:
    """Show the runs to come of a course."""
    course = get_object_or_404(Course, key=course_key, versions__number=1)
    practice.show(request, course.community_id)
    crumbs = [(pgettext("tab", "Academy"), reverse("academy")), (course.title, reverse("course", args=[course.key]))]
    return render(request, "classes/list.html", {"course": course, "crumbs": crumbs})


@never_cache
@require_safe
def show_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show a run; for a learner, and those who act for one, where the person stands."""
    return _render(request, find_run(request, run_id))


@never_cache
@require_POST
def join(request: HttpRequest, run_id: int) -> HttpResponse:
    """Give the user, or a person whom the user acts for, a place in all classes to come."""
    run, now = find_run(request, run_id), timezone.now()
    if not isinstance(request.user, User):
        return redirect_to_login(_url(run))
    volunteer = _chosen(people_of(request.user), posted_id(request, "volunteer"))
    answer = running.join(run=run, volunteer=volunteer, by=request.user, at=now)
    if isinstance(answer, Refusal):
        return _render(request, run, refusal=answer, refused=volunteer)
    agency_services.log_act(volunteer=volunteer, by=request.user, act=agency_services.SIGNED_UP, what=run.title, at=now)
    said = ngettext(
        "%(name)s has a place in %(count)d class. Check in and out each time.",
        "%(name)s has a place in %(count)d classes. Check in and out each time.",
        len(answer),
    )
    messages.success(request, said % {"name": volunteer.name, "count": len(answer)})
    return redirect(_url(run))


@login_required
@never_cache
@form_page
def give_feedback(request: HttpRequest, run_id: int) -> HttpResponse:
    """Ask the learner for a face and two answers, once the last class is over."""
    run, now, user = find_run(request, run_id), timezone.now(), user_of(request)
    volunteer = user.own_volunteer
    if volunteer is None or selectors.learner_of(run, volunteer) is None:
        raise Http404
    known = ClassFeedback.objects.of(volunteer).filter(run=run).values("face", "liked", "wish").first()
    form = FeedbackForm(request.POST or None, initial={**(known or {})})
    refusal = None
    if request.method == "POST" and form.is_valid():
        answer = feedback.give_feedback(run=run, volunteer=volunteer, **form.cleaned_data, at=now)
        if not isinstance(answer, Refusal):
            messages.success(request, _("Thank you. The instructor and the social worker read it, without your name."))
            return redirect(_url(run))
        refusal = answer
    context = {"run": run, "form": form, "refusal": refusal, "crumbs": [(run.title, _url(run))]}
    return render(request, "classes/feedback.html", context, status=409 if refusal else 200)


def crumbs_of(run: CourseRun) -> list[tuple[Any, str]]:
    """Return the way to the run: the academy, the course."""
    return [
        (pgettext("tab", "Academy"), reverse("academy")),
        (run.course.title, reverse("course", args=[run.course.key])),
    ]


def _render(
    request: HttpRequest, run: CourseRun, *, refusal: Refusal | None = None, refused: Volunteer | None = None
) -> HttpResponse:
    now, user = timezone.now(), request.user
    people = people_of(user)
    mine = [one for one in (selectors.learner_of(run, person) for person in people) if one is not None]
    learning = {one.volunteer.pk for one in mine}
    shifts = selectors.timetable(run)
    own = user.own_volunteer if isinstance(user, User) else None
    teaches = isinstance(user, User) and selectors.may_teach(user, run, at=now)
    instructor = run.instructor.stays
    asks_feedback = own is not None and own.pk in learning and selectors.is_over(run, now)
    context = {
        "run": run,
        # The name for those who take part; for others masked, as on all public pages (K6).
        "instructor": instructor.name if mine or teaches else instructor.masked_name,
        "shifts": shifts,
        "now": now,
        "assessment": selectors.assessment_of(run),
        "mine": mine,
        "may_join": [one for one in people if one.pk not in learning and one.pk != run.instructor.stays.pk],
        "is_open": any(shift.starts_at > now for shift in shifts) and run.activity.cancelled_at is None,
        "asks_feedback": asks_feedback,
        "gave_feedback": asks_feedback and ClassFeedback.objects.of(own).filter(run=run).exists(),
        "teaches": teaches,
        "refusal": refusal,
        "refused": refused,
        "crumbs": crumbs_of(run),
    }
    return render(request, "classes/run.html", context, status=409 if refusal else 200)


def _chosen(people: Sequence[Volunteer], wanted: int | None) -> Volunteer:
    found = next((one for one in people if one.pk == wanted), None)
    if found is None:
        raise Http404(NO_LEARNER.code)
    return found


def _url(run: CourseRun) -> str:
    return reverse("classes:run", args=[run.pk])
