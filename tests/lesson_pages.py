"""Pages of lessons for tests of `learning`, whose courses have none."""

from collections.abc import Collection

from academy.learning.models import Course


class ClosedPages:
    """No lesson can be opened."""

    def is_open(self, *, course: Course, lesson_key: str) -> bool:
        return False

    def readable(self, courses: Collection[int]) -> set[int]:
        return set()
