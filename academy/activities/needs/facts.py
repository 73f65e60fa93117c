"""Courses that roles ask for, and what people learnt: read for many at once, in few statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, CharField, DateField, F, QuerySet, Value, When
from django.db.models.functions import Cast, TruncDate

from academy.activities.models import Role
from academy.activities.needs.judging import HeldCourse, NeededCourse
from academy.learning.award_models import Qualification, TierAward
from academy.learning.models import Course, CourseCompletion
from academy.people.models import Volunteer

_COURSE, _TIER = "course", "tier"


@dataclass
class AskedCourses:
    """The courses that roles ask for, by the role's id, and these courses by their own id."""

    of_role: dict[int, list[NeededCourse]]
    courses: dict[int, Course]

    @property
    def wanted(self) -> set[int]:
        """The ids of all courses that fulfil one of them."""
        return {pk for needed in self.of_role.values() for need in needed for pk in need.fulfilled_by}


@dataclass
class Learnt:
    """The courses that one person completed, until when each holds, and the day of each tier."""

    held: list[HeldCourse] = field(default_factory=list)
    tiers: dict[str, Any] = field(default_factory=dict)


def courses_of(roles: Iterable[Role]) -> AskedCourses:
    """Return the courses that these roles ask for, with their equivalents. One statement, or none."""
    asking = [role.pk for role in roles if role.asks_courses]
    if not asking:
        return AskedCourses({}, {})
    stands = When(required=True, equivalents__required=False, equivalents__tier=F("tier"), then=F("equivalents"))
    rows: Any = Course.objects.filter(roles__in=asking).annotate(
        role=F("roles"), other=Case(stands), other_years=F("equivalents__valid_years")
    )
    courses: dict[int, Course] = {}
    fulfilling: dict[int, dict[int, dict[int, bool]]] = defaultdict(dict)
    for row in rows.order_by("title", "pk"):
        courses.setdefault(row.pk, row)
        ways = fulfilling[row.role].setdefault(row.pk, {row.pk: bool(row.valid_years)})
        if row.other is not None:
            ways[row.other] = bool(row.other_years)
    of_role = {role: [NeededCourse(pk, ways) for pk, ways in needed.items()] for role, needed in fulfilling.items()}
    return AskedCourses(of_role, courses)


def needed_course(course: Course) -> NeededCourse:
    """Return one course as a need, with its equivalents."""
    ways = {course.pk: bool(course.valid_years)}
    if course.required:
        others = course.equivalents.filter(required=False, tier=course.tier).values_list("pk", "valid_years")
        ways |= {pk: bool(years) for pk, years in others}
    return NeededCourse(course.pk, ways)


def learnt_by(people: Collection[Volunteer], *, courses: Collection[int], tiers: bool) -> dict[int, Learnt]:
    """Return what these people learnt of `courses`, and their tiers if asked. One statement at most."""
    parts: list[QuerySet[Any]] = []
    if courses:
        parts.append(_rows(CourseCompletion, people, _COURSE, "course_id", TruncDate("completed_at"), courses))
        parts.append(_rows(Qualification, people, _COURSE, "course_id", F("obtained_on"), courses, F("expires_on")))
    if tiers:
        parts.append(_rows(TierAward, people, _TIER, "tier", F("awarded_on")))
    found: dict[int, Learnt] = defaultdict(Learnt)
    if not parts or not people:
        return found
    for person, kind, what, since, until in parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]:
        if kind == _TIER:
            found[person].tiers[what] = since
        else:
            found[person].held.append(HeldCourse(int(what), since, until))
    return found


def _rows(
    model: Any,
    people: Collection[Volunteer],
    kind: str,
    what: str,
    since: Any,
    courses: Collection[int] | None = None,
    until: Any = None,
) -> QuerySet[Any]:
    """Return rows of one shape: person, kind, what, since, until."""
    facts = model.objects.of_all(people).with_person().order_by()
    if courses is not None:
        facts = facts.filter(course__in=courses)
    ends = Cast(Value(None), DateField()) if until is None else until
    rows: QuerySet[Any] = facts.annotate(
        of_kind=Value(kind, CharField()), what=Cast(what, CharField()), since=since, until=ends
    ).values_list("person", "of_kind", "what", "since", "until")
    return rows
