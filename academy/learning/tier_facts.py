"""Facts of learning that the tiers ask for: the curriculum, tiers, courses, class hours (T5).

Each function adds its lists to those that one statement reads, and returns the function that gives the facts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal

from django.db.models import Exists, OuterRef

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
    stands = Course.objects.equivalents().filter(pk=OuterRef("pk"))
    columns = ("pk", "key", "title", "tier", "required", "stands_for", "stands")
    rows = together.add(published.annotate(stands=Exists(stands)), *columns)

    def read() -> tuple[Curriculum, dict[str, Course]]:
        courses: dict[str, Course] = {}
        instead: dict[int, set[str]] = defaultdict(set)
        for pk, key, title, tier, required, stands_for, stands in sorted(rows()):
            courses[key] = Course(
                pk=pk,
                community_id=community_id,
                key=key,
                title=title,
                tier=tier,
                required=bool(required),
                stands_for_id=stands_for,
            )
            if stands:
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
    """Return the class hours of each of these people by course (`sum_up`)."""
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
        done: dict[int, list[tuple[int, str, Decimal]]] = defaultdict(list)
        for _moment, _pk, person, course, key, hours in sorted(lessons()):
            done[person].append((course, key, _hours(hours)))
        classes: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
        for person, course, hours in attended():
            classes[person].append((course, _hours(hours)))
        return {person: sum_up(done[person], classes[person]) for person in done.keys() | classes.keys()}

    return read


def sum_up(lessons: Iterable[tuple[int, str, Decimal]], classes: Iterable[tuple[int, Decimal]]) -> ByCourse:
    """Return one person's class hours by course, of lessons (the earliest first) and classes.

    A lesson earns in the course in which it was done first. The larger sum counts for a course that was both read and
    attended.
    """
    hours: ByCourse = defaultdict(Decimal)
    seen: set[str] = set()
    for course, key, earned in lessons:
        if key not in seen:
            seen.add(key)
            hours[course] += earned
    for course, earned in classes:
        hours[course] = max(hours[course], earned)
    return dict(hours)


def _hours(number: float) -> Decimal:
    """Return class hours as they are stored, with one decimal."""
    return Decimal(str(number)).quantize(Decimal("0.1"))
