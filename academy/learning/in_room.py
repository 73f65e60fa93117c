"""Courses that are assessed in the room: the layer of the classes registers them.

Such a course is completed in a class alone. Its lessons may be read online and earn their class hours (T4).
"""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

Assessments = Callable[[], QuerySet[Any]]

_assessments: list[Assessments] = []


def register(assessments: Assessments) -> None:
    """Register the rows whose `course` is assessed in the room. Their app calls this once, in its `ready`."""
    _assessments[:] = [assessments]


def assessed(courses: Collection[int]) -> set[int]:
    """Return which of these courses, by id, are assessed in the room."""
    found = (rows().filter(course__in=courses) for rows in _assessments)
    return set().union(*(one.values_list("course", flat=True) for one in found)) if courses else set()


def is_assessed(course: str = "course") -> Exists:
    """Return the expression that tells whether the row's course is assessed in the room."""
    return Exists(_assessments[0]().filter(course=OuterRef(course)))
