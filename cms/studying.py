"""The reader's part of a course's pages: lessons done, lessons that wait, and the next thing to do."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import Page

from academy.learning import in_room, locks, qualifications, renewing, services, study_services
from academy.learning.models import Course
from academy.people.models import Volunteer

if TYPE_CHECKING:
    from cms.models import CoursePage, LessonPage


@dataclass(frozen=True)
class Row:
    """A lesson in the list of its course."""

    page: "LessonPage"
    is_done: bool
    class_hours: Decimal
    has_quiz: bool
    waits: bool  # for the quiz of an earlier lesson


def course_of(lesson: "LessonPage") -> "CoursePage":
    """Return the course of a lesson together with its published lessons, in one statement."""
    above = lesson.path[: -lesson.steplen]
    rows = Page.objects.filter(Q(path=above) | Q(path__startswith=above, depth=lesson.depth, live=True))
    joined = rows.select_related("coursepage__course", "lessonpage__alias_of__locale").order_by("path")
    first, *below = joined.defer("lessonpage__body")
    course_page: CoursePage = first.coursepage
    course_page.lessons = [row.lessonpage for row in below]
    return course_page


def class_hours(page: "LessonPage", context: dict[str, Any]) -> Decimal:
    """Return the class hours that this reader earned with the lesson, or its present class hours."""
    progress = context.get("progress")
    return page.class_hours if progress is None else progress.earned.get(page.key, page.class_hours)


def counts(page: "LessonPage", context: dict[str, Any]) -> bool:
    """Return whether the version has this lesson; it lacks one that only a translation has."""
    progress = context.get("progress")
    return progress is None or page.key in progress.lessons


def of_course(page: "CoursePage", context: dict[str, Any]) -> dict[str, Any]:
    """Return what the page of a course adds to the reader's `progress`: its rows, and where to go on.

    That is the lesson opened last if it is not done, else the first one that is neither done nor waits.
    """
    progress, learner = context.get("progress"), context["learner"]
    waits = progress.waits if progress is not None else {}
    quizzes = progress.quizzes if progress is not None else _quizzes(page.course)
    left = [one for one in page.lessons if one.key not in context["done"] and counts(one, context)]
    ready = [one for one in left if one.key not in waits]
    last = next((one for one in ready if progress is not None and one.key == progress.place), None)
    return {
        "rows": [
            Row(one, one.key in context["done"], class_hours(one, context), one.key in quizzes, one.key in waits)
            for one in page.lessons
        ],
        "next_lesson": last or next(iter(ready or left), None),
        "quizzes": len(quizzes),
        "in_room": progress.in_room if progress is not None else bool(in_room.assessed([page.course_id or 0])),
        "required_courses": _required(page.course, learner, progress),
    }


def of_lesson(page: "LessonPage", request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return what the page of a lesson adds: its quiz, what it waits for, the reader's note.

    The lesson becomes the place at which an enrolled reader goes on, on any device and in any language.
    """
    progress, learner = context.get("progress"), context["learner"]
    course = page.course_page.course
    key = page.key
    is_preview = getattr(request, "is_preview", False)  # which shows the terms that are being written
    if progress is None or learner is None or course is None:
        version = services.current_version(course) if course is not None and not is_preview else None
        return {"frozen_quiz": services.quiz_in(version, key, page.locale.language_code)}
    is_done = key in progress.done
    is_read = request.method == "GET" and not is_preview
    if is_read and progress.enrolled and progress.place != key and key in progress.lessons:
        study_services.open_lesson(volunteer=learner, course=course, lesson_key=key, at=timezone.now())
    found: dict[str, Any] = {"has_quiz": key in progress.quizzes, "frozen_quiz": None if is_preview else progress.quiz}
    found["note_stamp"] = study_services.stamp_of(progress.note_saved_at)
    if found["has_quiz"]:
        renewal = context["renewal"]
        found["attempt"] = progress.attempt if renewal is None else renewal.attempts.get(key)
    if not is_done:
        found["required_courses"] = _required(course, learner, progress)
        first = progress.waits.get(key)
        found["waits_for"] = next((one for one in page.course_page.lessons if one.key == first), None)
    return found


def _required(course: Course | None, learner: Volunteer | None, progress: services.Progress | None) -> list[Course]:
    """Return the courses to complete first: those that the reader lacks, or all for a visitor."""
    if course is None or (progress is not None and (progress.completed_at is not None or not progress.locked)):
        return []
    return list(course.requires.order_by("title")) if learner is None else locks.missing_courses(learner, course)


def renewal(course: Course, learner: Volunteer, progress: services.Progress) -> renewing.Renewal | None:
    """Return what the reader of a completed course can renew now. No statement far from the end."""
    now = timezone.now()
    if progress.completed_at is None or progress.held_until is None or progress.in_room:
        return None
    if timezone.localdate(now) < progress.held_until - qualifications.REMINDED_FOR:
        return None
    return renewing.renewal_of(volunteer=learner, course=course, at=now, version=progress.version)


def _quizzes(course: Course | None) -> frozenset[str]:
    version = services.current_version(course) if course is not None else None
    return version.quiz_keys if version is not None else frozenset()
