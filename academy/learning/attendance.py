"""Services of learning in the room: a completed class, and the class hours of a person from both ways (T2, T4)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal
from academy.learning import qualifications
from academy.learning.award_models import Attendance
from academy.learning.models import Course, CourseCompletion, LessonCompletion
from academy.learning.services import current_version
from academy.people.models import Volunteer

NO_VERSION = Refusal("course_not_published", _("This course is not published yet. Publish it in the academy first."))

ByCourse = dict[int, Decimal]  # class hours by the id of the course


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
    """Record that the volunteer completed the course in the class `source`, and complete the course (T1, T4).

    `minutes` were attended; the class hours are those that the course states. A second call for the same class is
    ignored. A course that expires gives a new qualification each time (T6).
    Refuses with `course_not_published`.
    """
    volunteer = volunteer.stays
    Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk)
    if (known := Attendance.objects.of(volunteer).filter(source=source).first()) is not None:
        return known
    version = current_version(course)
    if version is None:
        return NO_VERSION
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


def class_hours(*, volunteer: Volunteer) -> Decimal:
    """Return all class hours of the person, from lessons and from classes. They are no service time (T2)."""
    return sum(class_hours_of([volunteer]).get(volunteer.stays.pk, {}).values(), Decimal(0))


def class_hours_of(volunteers: Iterable[Volunteer]) -> dict[int, ByCourse]:
    """Return the class hours of these people by course, in two statements.

    A lesson earns in the course in which it was done first. Of a course that was both read and attended, the larger
    sum counts.
    """
    people = list(volunteers)
    read: dict[int, ByCourse] = defaultdict(lambda: defaultdict(Decimal))
    seen: set[tuple[int, str]] = set()
    lessons = LessonCompletion.objects.of_all(people).with_person().order_by("completed_at", "pk")
    for person, course, key, hours in lessons.values_list("person", "course", "lesson_key", "class_hours"):
        if (person, key) not in seen:
            seen.add((person, key))
            read[person][course] += hours
    attended = Attendance.objects.of_all(people).with_person()
    for person, course, hours in attended.values_list("person", "course", "class_hours"):
        read[person][course] = max(read[person][course], hours)
    return {person: dict(hours) for person, hours in read.items()}
