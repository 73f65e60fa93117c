"""Queries for lists of courses."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from academy.learning.models import CourseCompletion, CourseVersion
from academy.people.models import Volunteer


@dataclass(frozen=True)
class Standing:
    """Progress of a volunteer in the current version of a course, in lessons."""

    done: int
    total: int
    completed: bool  # also of an earlier version

    @property
    def is_begun(self) -> bool:
        return self.done > 0 and not self.completed


def standings(*, volunteer: Volunteer, courses: Iterable[int], done: Collection[str]) -> dict[int, Standing]:
    """Return the standing of `volunteer` in each of these courses, by its id, in two statements.

    `done` are the keys of all lessons that `volunteer` has done (`services.earned`). A course without a published
    version is left out.
    """
    latest = CourseVersion.objects.filter(course=OuterRef("course")).order_by("-number").values("number")[:1]
    versions = CourseVersion.objects.filter(course__in=courses, number=Subquery(latest))
    completed = set(CourseCompletion.objects.of(volunteer).values_list("course", flat=True))
    return {
        version.course_id: Standing(
            done=len(version.lesson_keys & set(done)),
            total=len(version.lesson_keys),
            completed=version.course_id in completed,
        )
        for version in versions
    }
