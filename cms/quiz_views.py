"""The pages of a quiz: its questions, and after grading why each answer is right."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from academy.core import practice
from academy.core.http import form_page
from academy.core.refusals import Refusal
from academy.learning import open_lessons, quiz_services, refusals, renewing
from academy.learning.models import Course
from academy.learning.quiz import grading
from academy.learning.quiz_services import Sheet
from academy.learning.views import NOT_A_VOLUNTEER, renewed
from academy.people.http import user_of
from academy.people.models import Volunteer
from cms import quizzes, studying
from cms.models import CoursePage, LessonPage
from cms.reachable import reachable

# Refusals of a form whose questions are shown again, as they are now.
_ASK_AGAIN = (refusals.FORM_UNKNOWN, refusals.FORM_ELSEWHERE)


@require_safe
def lesson(request: HttpRequest, key: str, lesson_key: str) -> HttpResponse:
    """Redirect `/course/<key>/<lesson>/` to the lesson's page, if possible in the visitor's language.

    A lesson that moved to another course is found there.
    """
    found = _page_of(key, lesson_key)
    if found is None and (moved := _moved_to(get_object_or_404(Course, key=key), lesson_key)):
        found = _page_of(moved.key, lesson_key)
    address = found.get_url(request) if found is not None else None
    if address is None:
        raise Http404
    return HttpResponseRedirect(address)


@never_cache
@form_page
def quiz(request: HttpRequest, key: str, lesson_key: str) -> HttpResponse:
    """Show the questions of the next try, or how the last one went; a POST is graded.

    A visitor signs in first. A try whose page was closed meanwhile is kept all the same.
    """
    course = get_object_or_404(Course, key=key)
    practice.show(request, course.community_id)
    page = _page_of(key, lesson_key)
    if page is None and request.method != "POST":
        if moved := _moved_to(course, lesson_key):
            return HttpResponseRedirect(reverse("quiz", args=[moved.key, lesson_key]))
        raise Http404
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    volunteer = request.user.own_volunteer
    if volunteer is None:
        return _back_with(request, course, lesson_key, page, NOT_A_VOLUNTEER)
    if request.method == "POST":
        return _grade(request, volunteer, course, lesson_key, page)
    renewal = renewing.renewal_of(volunteer=volunteer, course=course, at=timezone.now())
    since = renewal.since if renewal is not None else None
    attempt = quiz_services.latest_attempt(volunteer=volunteer, lesson_key=lesson_key, since=since)
    if attempt is not None and (attempt.passed or "again" not in request.GET):
        return _show_result(request, volunteer, course, page, attempt)
    return _ask(request, volunteer, course, lesson_key, page)


def _grade(
    request: HttpRequest, volunteer: Volunteer, course: Course, lesson_key: str, page: LessonPage | None
) -> HttpResponse:
    form = request.POST.get("form", "")
    sheet = quiz_services.read_form(volunteer=volunteer, course=course, lesson_key=lesson_key, form=form)
    if isinstance(sheet, Refusal):
        return _ask(request, volunteer, course, lesson_key, page, refusal=sheet)
    sent = request.POST.getlist
    now = timezone.now()
    renewal = renewing.renewal_of(volunteer=volunteer, course=course, at=now)
    answer = quiz_services.send_answers(volunteer=volunteer, sheet=sheet, sent=sent, by=user_of(request), at=now)
    if answer in (refusals.INCOMPLETE, refusals.FORGED):
        return _show_form(request, page, sheet, sent, refusal=answer)
    if answer == refusals.FORM_UNKNOWN:
        return _ask(request, volunteer, course, lesson_key, page, refusal=refusals.FORM_UNKNOWN)
    if isinstance(answer, Refusal):
        return _back_with(request, course, lesson_key, page, answer, to_quiz=answer.code == "quiz_tries_used")
    if renewal is not None and (new := renewing.renewed_on(volunteer=volunteer, course=course, at=now)):
        messages.success(request, renewed(new))
    if page is None:
        return _back_with(request, course, lesson_key, page, None)
    return HttpResponseRedirect(reverse("quiz", args=[course.key, lesson_key]))


def _ask(
    request: HttpRequest,
    volunteer: Volunteer,
    course: Course,
    lesson_key: str,
    page: LessonPage | None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    sheet = quiz_services.open_sheet(
        volunteer=volunteer,
        course=course,
        lesson_key=lesson_key,
        language=get_language() or "",
        at=timezone.now(),
    )
    if isinstance(sheet, Refusal):
        return _back_with(request, course, lesson_key, page, sheet)
    return _show_form(request, page, sheet, lambda name: [], refusal=refusal)


def _show_form(
    request: HttpRequest, page: LessonPage | None, sheet: Sheet, sent: grading.Sent, refusal: Refusal | None
) -> HttpResponse:
    missing = grading.read_answers(sheet.drawn, sent).missing if refusal == refusals.INCOMPLETE else ()
    context = _context(request, page) | {
        "sheet": sheet,
        "asked": quizzes.asked(sheet, sent, missing),
        "refusal": refusal,
        "text_language": sheet.language if sheet.language != get_language() else "",
    }
    return render(request, "cms/quiz.html", context)


def _show_result(
    request: HttpRequest, volunteer: Volunteer, course: Course, page: LessonPage | None, attempt: Any
) -> HttpResponse:
    further = (
        None
        if attempt.passed
        else quiz_services.open_sheet(
            volunteer=volunteer,
            course=course,
            lesson_key=attempt.lesson_key,
            language=get_language() or "",
            at=timezone.now(),
        )
    )
    context = _context(request, page) | {
        "attempt": attempt,
        "answered": quizzes.answered(attempt),
        "needed": quiz_services.needed(attempt),
        "again": reverse("quiz", args=[course.key, attempt.lesson_key]) + "?again=1",
        "cannot": further if isinstance(further, Refusal) else None,
        "text_language": attempt.language if attempt.language != get_language() else "",
    }
    return render(request, "cms/quiz_result.html", context)


def _context(request: HttpRequest, page: LessonPage | None) -> dict[str, Any]:
    if page is None:
        return {"page": None}
    page.course_page = studying.course_of(page)
    following = page.following
    return {
        "page": page,
        "course_page": page.course_page,
        "lesson_url": page.get_url(request),
        "following": following,
        "following_url": following.get_url(request) if following is not None else None,
        "crumbs": [(page.course_page.title, page.course_page.get_url(request)), (page.title, page.get_url(request))],
    }


def _back_with(
    request: HttpRequest,
    course: Course,
    lesson_key: str,
    page: LessonPage | None,
    refusal: Refusal | None,
    *,
    to_quiz: bool = False,
) -> HttpResponse:
    """Redirect to the lesson with the refusal's sentence; to the academy if the lesson has no page."""
    if refusal is not None:
        messages.error(request, str(refusal))
    if to_quiz and page is not None:
        return HttpResponseRedirect(reverse("quiz", args=[course.key, lesson_key]))
    address = page.get_url(request) if page is not None else None
    return HttpResponseRedirect(address or reverse("academy"))


def _moved_to(course: Course, lesson_key: str) -> Course | None:
    return open_lessons.moved_to(course=course, lesson_key=lesson_key)


def _page_of(key: str, lesson_key: str) -> LessonPage | None:
    """Return the page on which a reader can open this lesson, in the visitor's language if there is one."""
    below: list[LessonPage] = []
    for course_page in reachable(CoursePage.objects.filter(course__key=key)):
        children = LessonPage.objects.child_of(course_page).live().select_related("locale", "alias_of")
        below += [page for page in children if page.key == lesson_key]
    below.sort(key=lambda page: (page.locale.language_code != get_language(), page.alias_of_id is not None, page.pk))
    return below[0] if below else None
