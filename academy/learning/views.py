import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy.core import formats, practice
from academy.core.http import form_page, safe_next
from academy.core.look import current_language
from academy.core.refusals import Refusal
from academy.learning import open_lessons, renewing, services, study_services
from academy.learning.award_models import Qualification
from academy.learning.models import Course, Enrolment, LessonCompletion, Note
from academy.learning.refusals import NOTE_TOO_LONG
from academy.people.http import user_of

NOT_A_VOLUNTEER = Refusal(
    "not_a_volunteer",
    _("This sign-in belongs to no volunteer, so nothing is recorded. To learn for yourself, join at the desk."),
)

Answer = TypeVar("Answer")


def _where_it_is(course: Course, lesson_key: str, act: Callable[[Course], Answer]) -> Answer:
    """Return the answer of `act` in this course, or in the one to which the lesson moved."""
    answer = act(course)
    if answer in (services.UNKNOWN_LESSON, services.LESSON_CLOSED):
        moved = open_lessons.moved_to(course=course, lesson_key=lesson_key)
        return act(moved) if moved is not None else answer
    return answer


@never_cache
@require_POST
def lesson_done(request: HttpRequest, course_key: str, lesson_key: str) -> HttpResponse:
    """Mark a lesson as done for the signed-in volunteer. Redirect to `next`, else to the course.

    A visitor signs in first, comes back to the lesson and presses the button again.
    """
    course = get_object_or_404(Course, key=course_key)
    back = safe_next(request) or reverse("course", args=[course.key])
    if not request.user.is_authenticated:
        return redirect_to_login(back)
    answer: LessonCompletion | Refusal = NOT_A_VOLUNTEER
    if (volunteer := request.user.own_volunteer) is not None:
        own: dict[str, Any] = {"volunteer": volunteer, "by": request.user, "at": timezone.now()}
        answer = _where_it_is(
            course, lesson_key, lambda one: services.complete_lesson(course=one, lesson_key=lesson_key, **own)
        )
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
        # The page of a closed course is not found.
        back = reverse("academy") if answer == services.LESSON_CLOSED else reverse("course", args=[course.key])
    return HttpResponseRedirect(back)


@never_cache
@require_POST
def enrol(request: HttpRequest, course_key: str) -> HttpResponse:
    """Enrol the signed-in volunteer in a course. Redirect to `next`, else to the course."""
    course = get_object_or_404(Course, key=course_key)
    back = safe_next(request) or reverse("course", args=[course.key])
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("course", args=[course.key]))
    answer: Enrolment | Refusal = NOT_A_VOLUNTEER
    if (volunteer := request.user.own_volunteer) is not None:
        answer = services.enrol(volunteer=volunteer, course=course, by=request.user, at=timezone.now())
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
        back = reverse("course", args=[course.key])
    return HttpResponseRedirect(back)


@never_cache
@require_POST
def renew(request: HttpRequest, course_key: str) -> HttpResponse:
    """Renew the signed-in volunteer's qualification in a course. Redirect to the course."""
    course = get_object_or_404(Course, key=course_key)
    back = reverse("course", args=[course.key])
    if not request.user.is_authenticated:
        return redirect_to_login(back)
    answer: Qualification | Refusal = NOT_A_VOLUNTEER
    if (volunteer := request.user.own_volunteer) is not None:
        answer = renewing.renew(volunteer=volunteer, course=course, by=request.user, at=timezone.now())
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
        back = reverse("academy") if answer == services.LESSON_CLOSED else back
    else:
        messages.success(request, renewed(answer))
    return HttpResponseRedirect(back)


def renewed(qualification: Qualification) -> str:
    """Return the sentence that a qualification is renewed, with its last day."""
    last = formats.day(qualification.expires_on - dt.timedelta(days=1), current_language(), year=True)
    return gettext("Renewed: it holds until %(day)s.") % {"day": last}


@never_cache
@form_page
def note(request: HttpRequest, course_key: str, lesson_key: str) -> HttpResponse:
    """Show the signed-in volunteer's note at a lesson, or keep what they wrote."""
    course = get_object_or_404(Course, key=course_key)
    practice.show(request, course.community_id)
    back = safe_next(request) or reverse("lesson", args=[course.key, lesson_key])
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    volunteer = request.user.own_volunteer
    if volunteer is None:
        messages.error(request, str(NOT_A_VOLUNTEER))
        return HttpResponseRedirect(reverse("course", args=[course.key]))
    stored = study_services.note_of(volunteer=volunteer, lesson_key=lesson_key)
    text, seen = (stored.text, study_services.stamp_of(stored.saved_at)) if stored is not None else ("", "")
    refusal: Refusal | None = None
    if request.method == "POST":
        text, seen = request.POST.get("text", ""), request.POST.get("seen", "")
        own: dict[str, Any] = {"volunteer": volunteer, "lesson_key": lesson_key, "text": text, "seen": seen}
        own |= {"by": user_of(request), "at": timezone.now()}
        answer = _where_it_is(course, lesson_key, lambda one: study_services.save_note(course=one, **own))
        if not isinstance(answer, Refusal):
            messages.success(request, _("Your note is saved.") if answer else _("Your note is empty now."))
            return HttpResponseRedirect(back)
        # The text stays on the screen, to copy: the lesson may have moved while it was written.
        refusal = answer
        if refusal != NOTE_TOO_LONG:
            back = reverse("course", args=[course.key])
    context = {"text": text, "seen": seen, "refusal": refusal, "back": back, "most": Note.MOST_CHARACTERS}
    return render(request, "learning/note.html", context)
