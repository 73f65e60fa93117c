"""The lessons that people can open at this moment: the layer of the pages registers the answer.

A version stays when its page is unpublished, expires, is moved or deleted. This question is put to the pages each time,
so that no such change has to be noted anywhere.
"""

from collections.abc import Collection
from typing import Protocol

from academy.learning.models import Course


class Pages(Protocol):
    """The pages of the courses."""

    def is_open(self, *, course: Course, lesson_key: str) -> bool: ...

    def readable(self, courses: Collection[int]) -> set[int]: ...

    def moved_to(self, *, course: Course, lesson_key: str) -> Course | None: ...


_pages: list[Pages] = []


def register(pages: Pages) -> None:
    """Register the pages. Their app calls this once, in its `ready`."""
    _pages[:] = [pages]


def is_open(*, course: Course, lesson_key: str) -> bool:
    """Return whether a reader can open a page of this lesson in this course, in any language."""
    return all(pages.is_open(course=course, lesson_key=lesson_key) for pages in _pages)


def readable(courses: Collection[int]) -> set[int]:
    """Return which of these courses, by id, have a lesson that a reader can open. One statement."""
    return set(courses).intersection(*(pages.readable(courses) for pages in _pages)) if courses else set()


def moved_to(*, course: Course, lesson_key: str) -> Course | None:
    """Return the other course of the community to which this lesson moved and can be opened."""
    found = (pages.moved_to(course=course, lesson_key=lesson_key) for pages in _pages)
    return next((one for one in found if one is not None), None)
