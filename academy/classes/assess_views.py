"""Phone pages of instructor and assessors: the class, a learner's checklist, all results."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from academy.classes import selectors, sheet
from academy.classes.forms import ResultsForm, SheetForm
from academy.classes.models import AssessedBy, CourseRun, Signature
from academy.classes.services import assessing
from academy.classes.views import find_run
from academy.core.bodies import takes_files
from academy.core.http import form_page
from academy.core.refusals import Refusal
from academy.families import belongings
from academy.families.http import log_people_shown
from academy.people.http import user_of
from academy.tables import reading


def _taught(request: HttpRequest, run_id: int) -> CourseRun:
    """Return the run of this address; raise 404 for a user who may not see its learners."""
    run = find_run(request, run_id)
    if not selectors.may_teach(user_of(request), run, at=timezone.now()):
        raise Http404
    return run


@login_required
@never_cache
@require_safe
def show_class(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show the learners with their attendance and assessment, and the words at the end without names."""
    run = _taught(request, run_id)
    learners = selectors.learners_of(run)
    people = [one.volunteer for one in learners]
    log_people_shown(request, people)
    context = {
        "run": run,
        "learners": learners,
        "done": sum(one.earned is not None for one in learners),
        "assessment": selectors.assessment_of(run),
        "feedback": selectors.feedback_on(run),
        "crumbs": [(run.title, reverse("classes:run", args=[run.pk]))],
    }
    return render(request, "classes/class.html", context)


@login_required
@never_cache
@form_page
def sign_checklist(request: HttpRequest, run_id: int, learner_id: int) -> HttpResponse:
    """Show one learner's checklist, and sign its items as the user."""
    run, user = _taught(request, run_id), user_of(request)
    assessment = selectors.assessment_of(run)
    learner = next((one for one in selectors.learners_of(run) if one.volunteer.pk == learner_id), None)
    if learner is None or assessment is None or assessment.by != AssessedBy.CHECKLIST:
        raise Http404
    refusal = None
    if request.method == "POST":
        # The text stands beside its place, so that a checklist changed meanwhile is noticed.
        typed = {
            request.POST.get(f"text-{place}", ""): request.POST[f"item-{place}"] == "yes"
            for place in range(len(assessment.lines))
            if request.POST.get(f"item-{place}") in ("yes", "no")
        }
        answer = assessing.sign(run=run, volunteer=learner.volunteer, marks=typed, by=user, at=timezone.now())
        if not isinstance(answer, Refusal):
            said = ngettext("%(count)d item signed: %(name)s.", "%(count)d items signed: %(name)s.", len(answer))
            messages.success(request, said % {"count": len(answer), "name": learner.name})
            return redirect("classes:class", run.pk)
        refusal = answer
    log_people_shown(request, [learner.volunteer])
    mine = dict(
        Signature.objects.of(learner.volunteer)
        .filter(run=run, by=user)
        .order_by("at", "pk")
        .values_list("item", "passed")
    )
    context = {
        "run": run,
        "learner": learner,
        "assessment": assessment,
        "rows": [(place, item, mine.get(item.text)) for place, item in enumerate(learner.standing.items)],
        "refusal": refusal,
        "crumbs": _crumbs(run),
    }
    return render(request, "classes/checklist.html", context, status=409 if refusal else 200)


@takes_files
@login_required
@never_cache
@form_page
def key_in_results(request: HttpRequest, run_id: int) -> HttpResponse:
    """Key in the results of the whole class; a spreadsheet fills the form first."""
    run, user = _taught(request, run_id), user_of(request)
    assessment = selectors.assessment_of(run)
    if assessment is None:
        raise Http404
    own = set(belongings.people_of(user))  # K4: their results are another person's to key in
    learners = [one for one in selectors.learners_of(run) if one.volunteer not in own]
    kind: dict[str, Any] = {
        "learners": learners,
        "assessment": assessment,
        "assessors": selectors.assessors_of(run),
    }
    form, upload, read, refusal = ResultsForm(**kind), SheetForm(), None, None
    if request.method == "POST" and "sheet" in request.POST:
        upload = SheetForm(request.POST, request.FILES)
        if upload.is_valid():
            file = upload.cleaned_data["file"]
            by_score = assessment.by == AssessedBy.SCORE
            answer = sheet.read_results(
                file.read(reading.MOST_BYTES + 1), file.name, learners=learners, by_score=by_score
            )
            if isinstance(answer, Refusal):
                upload.add_error("file", str(answer))
                refusal = answer
            else:
                read = answer
                form = ResultsForm(typed=answer.typed, **kind)
    elif request.method == "POST":
        form = ResultsForm(request.POST, **kind)
        if form.is_valid():
            saved = assessing.key_in(run=run, results=form.results(), by=user, at=timezone.now(), **form.on_paper())
            if not isinstance(saved, Refusal):
                said = ngettext("%(count)d result is stored.", "%(count)d results are stored.", len(saved))
                messages.success(request, said % {"count": len(saved)})
                return redirect("classes:class", run.pk)
            refusal = saved
    log_people_shown(request, [one.volunteer for one in learners])
    context = {
        "run": run,
        "form": form,
        "upload": upload,
        "read": read,
        "assessment": assessment,
        "refusal": refusal,
        "crumbs": _crumbs(run),
    }
    return render(request, "classes/results.html", context, status=409 if refusal else 200)


def _crumbs(run: CourseRun) -> list[tuple[Any, str]]:
    return [
        (run.title, reverse("classes:run", args=[run.pk])),
        (_("Learners"), reverse("classes:class", args=[run.pk])),
    ]
