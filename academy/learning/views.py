from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy.core.http import safe_next
from academy.core.refusals import Refusal
from academy.learning import services
from academy.learning.models import Course, LessonCompletion

NOT_A_VOLUNTEER = Refusal(
    "not_a_volunteer",
    _("This sign-in belongs to no volunteer, so nothing is recorded. To learn for yourself, join at the desk."),
)


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
        answer = services.complete_lesson(
            volunteer=volunteer, course=course, lesson_key=lesson_key, at=timezone.now(), by=request.user
        )
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
        # The page of a closed course is not found.
        back = reverse("academy") if answer == services.LESSON_CLOSED else reverse("course", args=[course.key])
    return HttpResponseRedirect(back)
