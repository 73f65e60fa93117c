"""Facts of learning that the tiers ask for: the curriculum, tiers, courses, class hours (T5).

Each function adds its lists to those that one statement reads, and returns the function that gives the facts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal

from academy.core.together import Together
from academy.learning.award_models import Attendance, TierAward
from academy.learning.models import Course, CourseCompletion, LessonCompletion
from academy.learning.tiers import TIERS, RequiredCourse
from academy.people.models import Volunteer

Curriculum = dict[str, list[RequiredCourse]]
ByCourse = dict[int, Decimal]  # class hours by the id of the course


def curriculum(community_id: int, *, together: Together) -> Callable[[], tuple[Curriculum, dict[str, Course]]]:
    """Return the required courses of each tier with their equivalents, and the published courses by key.

    A course counts from its first published version on.
    """
    published = Course.objects.filter(community=community_id, versions__number=1)
    rows = together.add(published, "pk", "key", "title", "tier", "required", "stands_for")

    def read() -> tuple[Curriculum, dict[str, Course]]:
        courses: dict[str, Course] = {}
        instead: dict[int, set[str]] = defaultdict(set)
        for pk, key, title, tier, required, stands_for in sorted(rows()):
            courses[key] = Course(
                pk=pk,
                community_id=community_id,
                key=key,
                title=title,
                tier=tier,
                required=bool(required),
                stands_for_id=stands_for,
            )
            if stands_for is not None:
                instead[stands_for].add(key)
        asked: Curriculum = {tier: [] for tier in TIERS}
        for course in courses.values():
            if course.required:
                asked[course.tier].append(RequiredCourse(course.key, frozenset(instead.get(course.pk, ()))))
        return asked, courses

    return read


def tiers(people: Iterable[Volunteer], *, together: Together) -> Callable[[], dict[int, str]]:
    """Return the highest tier of each of these people, by the id of the row that stays."""
    rows = together.add(TierAward.objects.of_all(people).with_person(), "person", "tier")

    def read() -> dict[int, str]:
        held: dict[int, str] = {}
        for person, tier in rows():
            held[person] = max(held.get(person, tier), tier, key=TIERS.index)
        return held

    return read


def completed(people: Iterable[Volunteer], *, together: Together) -> Callable[[], dict[int, set[str]]]:
    """Return the keys of the courses that each of these people has completed."""
    rows = together.add(CourseCompletion.objects.of_all(people).with_person(), "person", "course__key")

    def read() -> dict[int, set[str]]:
        found: dict[int, set[str]] = defaultdict(set)
        for person, key in rows():
            found[person].add(key)
        return found

    return read


def class_hours(people: Iterable[Volunteer], *, together: Together) -> Callable[[], dict[int, ByCourse]]:
    """Return the class hours of each of these people by course.

    A lesson earns in the course in which it was done first. The larger sum counts for a course that was
    both read and attended.
    """
    people = list(people)
    lessons = together.add(
        LessonCompletion.objects.of_all(people).with_person(),
        "completed_at",
        "pk",
        "person",
        "course",
        "lesson_key",
        "class_hours",
    )
    attended = together.add(Attendance.objects.of_all(people).with_person(), "person", "course", "class_hours")

    def read() -> dict[int, ByCourse]:
        earned: dict[int, ByCourse] = defaultdict(lambda: defaultdict(Decimal))
        seen: set[tuple[int, str]] = set()
        for _moment, _pk, person, course, key, hours in sorted(lessons()):
            if (person, key) not in seen:
                seen.add((person, key))
                earned[person][course] += _hours(hours)
        for person, course, hours in attended():
            earned[person][course] = max(earned[person][course], _hours(hours))
        return {person: dict(hours) for person, hours in earned.items()}

    return read


def _hours(number: float) -> Decimal:
    """Return class hours as they are stored, with one decimal."""
    return Decimal(str(number)).quantize(Decimal("0.1"))
