"""Queries for lists of courses."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, Subquery

from academy.learning.models import Course, CourseCompletion, CourseVersion, LessonCompletion
from academy.people.models import Volunteer


@dataclass(frozen=True)
class Standing:
    """Progress of a volunteer in the current version of a course, in lessons."""

    done: int
    total: int

    @property
    def left(self) -> int:
        return self.total - self.done


def standings(*, courses: Iterable[int], done: Collection[str]) -> dict[int, Standing]:
    """Return the standing in each of these courses, by its id, in one statement.

    `done` are the keys of all lessons that the volunteer has done (`services.earned`). A course without a published
    version is left out.
    """
    latest = CourseVersion.objects.filter(course=OuterRef("course")).order_by("-number").values("number")[:1]
    versions = CourseVersion.objects.filter(course__in=courses, number=Subquery(latest))
    keys = {version.course_id: version.lesson_keys for version in versions}
    return {course: Standing(done=len(known & set(done)), total=len(known)) for course, known in keys.items()}


def is_completed(volunteer: Volunteer) -> Exists:
    """Return the expression that tells whether the volunteer has completed the row's `course`."""
    return Exists(CourseCompletion.objects.of(volunteer).filter(course=OuterRef("course")))


def is_fulfilled(volunteer: Volunteer) -> Exists:
    """Return the expression: the volunteer has completed this course, or one that stands for it."""
    equivalents = Course.objects.equivalents().filter(stands_for=OuterRef(OuterRef("pk")))
    fulfils = Q(course=OuterRef("pk")) | Q(course__in=equivalents)
    return Exists(CourseCompletion.objects.of(volunteer).filter(fulfils))


def is_locked(volunteer: Volunteer) -> Exists:
    """Return the expression that tells whether the row's `course` still requires another one first."""
    return Exists(Course.objects.filter(~is_fulfilled(volunteer), opens=OuterRef("course")))


def learnt_at(volunteer: Volunteer) -> Subquery:
    """Return the expression for the moment of the volunteer's latest lesson in the row's `course`."""
    latest = LessonCompletion.objects.of(volunteer).filter(course=OuterRef("course")).order_by("-completed_at")
    return Subquery(latest.values("completed_at")[:1])
