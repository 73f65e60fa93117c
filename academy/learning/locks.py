"""Locks: courses to complete before a course counts, quizzes to pass before later lessons count.

Everybody may read every lesson. A lock keeps a lesson from counting, and opens in the moment in which what it waits for
is done: it is asked for each time and never stored.
"""

from collections.abc import Collection

from academy.core import formats
from academy.core.refusals import Refusal
from academy.learning import open_lessons, refusals, selectors
from academy.learning.models import Course, CourseCompletion, CourseVersion, QuizAttempt
from academy.people.models import Volunteer


def missing_courses(volunteer: Volunteer, course: Course) -> list[Course]:
    """Return the courses that the volunteer has to complete first, by title.

    A completed equivalent fulfils a course. Leaves out a course that has no open lesson at present: no volunteer could
    complete it.
    """
    missing = list(course.requires.filter(~selectors.is_fulfilled(volunteer)).order_by("title", "pk"))
    readable = open_lessons.readable([one.pk for one in missing])
    return [one for one in missing if one.pk in readable]


def earlier_quizzes(version: CourseVersion, done: Collection[str]) -> dict[str, str]:
    """Return for each lesson not done that waits for a quiz the key of the earlier lesson with that quiz."""
    waits: dict[str, str] = {}
    first = ""
    for lesson in version.lessons:
        key = lesson["key"]
        if key in done:
            continue
        if first:
            waits[key] = first
        elif lesson.get("quizzes"):
            first = key
    return waits


def has_passed(volunteer: Volunteer, lesson_key: str) -> bool:
    """Return whether the volunteer has passed the quiz of this lesson, in any course or language."""
    return QuizAttempt.objects.of(volunteer).filter(lesson_key=lesson_key, passed=True).exists()


def refusal_of(
    *, volunteer: Volunteer, version: CourseVersion, lesson_key: str, done: Collection[str]
) -> Refusal | None:
    """Return why the lesson cannot count yet for this volunteer; its own quiz is not asked for here.

    No course comes before one that the volunteer has completed already, in a class.
    """
    missing = missing_courses(volunteer, version.course)
    if missing and not CourseCompletion.objects.of(volunteer).filter(course=version.course).exists():
        return refusals.course_first(titles=names_of(missing))
    if first := earlier_quizzes(version, done).get(lesson_key):
        return refusals.quiz_first(title=title_of(version, first))
    return None


def names_of(courses: Collection[Course]) -> str:
    return "".join(f"“{formats.inner_quotes(course.title)}”" for course in courses)


def title_of(version: CourseVersion, lesson_key: str) -> str:
    title = next(lesson["title"] for lesson in version.lessons if lesson["key"] == lesson_key)
    return formats.inner_quotes(title)
