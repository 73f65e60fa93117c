"""Services of learning in the room: completed classes, class hours from both ways (T2, T4)."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.db import transaction
from django.db.models import DecimalField, F, Value
from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal
from academy.learning import qualifications, refusals
from academy.learning.award_models import Attendance, TierAward
from academy.learning.models import Course, CourseCompletion, LessonCompletion
from academy.learning.services import current_version
from academy.learning.tiers import TIERS
from academy.people.models import Volunteer

NO_VERSION = Refusal("course_not_published", _("This course is not published yet. Publish it in the academy first."))


@transaction.atomic
def record_attendance(
    *,
    volunteer: Volunteer,
    course: Course,
    source: str,
    title: str,
    organiser: str,
    held_on: dt.date,
    minutes: int,
    at: dt.datetime,
) -> Attendance | Refusal:
    """Record a course that the volunteer completed in the class `source` (T1, T4).

    `minutes` were attended; the class hours are those that the course states. A second call for the same class is
    ignored. A course that expires gives a new qualification each time (T6).
    Refuses with `course_not_published`, and with `course_not_whole` while lessons are still to come.
    """
    volunteer = volunteer.stays
    Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk)
    if (known := Attendance.objects.of(volunteer).filter(source=source).first()) is not None:
        return known
    version = current_version(course)
    if version is None:
        return NO_VERSION
    if not version.whole:
        return refusals.NOT_WHOLE
    attendance = Attendance.objects.create(
        volunteer=volunteer,
        course=course,
        version=version,
        source=source,
        title=title,
        organiser=organiser,
        held_on=held_on,
        minutes=minutes,
        class_hours=version.class_hours,
        recorded_at=at,
    )
    if not CourseCompletion.objects.of(volunteer).filter(course=course).exists():
        CourseCompletion.objects.create(volunteer=volunteer, course=course, version=version, completed_at=at)
    qualifications.qualify(volunteer=volunteer, course=course, on=held_on, at=at)
    return attendance


@dataclass(frozen=True)
class Learnt:
    """A person's lessons with the class hours of each, all class hours, and the place of their tier."""

    lessons: dict[str, Decimal]
    class_hours: Decimal
    place: int  # 0 without a tier, 1 for the first


def learnt(volunteer: Volunteer) -> Learnt:
    """Return what the person learnt, in one statement."""
    no_hours = Value(Decimal(0), output_field=DecimalField(max_digits=4, decimal_places=1))
    columns = ("kind", "of", "key", "hours", "moment")
    lessons = LessonCompletion.objects.of(volunteer).annotate(
        kind=Value("lesson"), of=F("course"), key=F("lesson_key"), hours=F("class_hours"), moment=F("completed_at")
    )
    attended = Attendance.objects.of(volunteer).annotate(
        kind=Value("class"), of=F("course"), key=F("source"), hours=F("class_hours"), moment=F("recorded_at")
    )
    held = TierAward.objects.of(volunteer).annotate(
        kind=Value("tier"), of=F("volunteer"), key=F("tier"), hours=no_hours, moment=F("awarded_at")
    )
    kinds: list[Any] = [lessons, attended, held]
    rows = [facts.order_by().values_list(*columns) for facts in kinds]
    found = sorted(rows[0].union(*rows[1:], all=True), key=itemgetter(4))
    first: dict[str, tuple[int, Decimal]] = {}
    for kind, course, key, hours, _moment in found:
        if kind == "lesson":
            first.setdefault(key, (course, hours))
    by_course: dict[int, Decimal] = defaultdict(Decimal)
    for course, hours in first.values():
        by_course[course] += hours
    for kind, course, _key, hours, _moment in found:
        if kind == "class":
            by_course[course] = max(by_course[course], hours)
    tiers = [TIERS.index(key) + 1 for kind, _of, key, _hours, _moment in found if kind == "tier"]
    lessons_done = {key: hours for key, (_course, hours) in first.items()}
    return Learnt(lessons_done, sum(by_course.values(), Decimal(0)), max(tiers, default=0))


def class_hours(*, volunteer: Volunteer) -> Decimal:
    """Return all class hours of the person, from lessons and from classes. They are no service time (T2)."""
    return learnt(volunteer).class_hours
