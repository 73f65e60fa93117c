"""The verbs of learning. Learning time is its own account and never service time (T2)."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.learning.models import Course, CourseCompletion, CourseVersion, LessonCompletion, Tier
from academy.people.models import User, Volunteer

UNKNOWN_LESSON = Refusal("unknown_lesson", _("This lesson is no longer part of the course. Go on with the next one."))
NOT_YOURS = Refusal("not_yours", _("Nobody learns for somebody else. Let them sign in and read it themselves."))


@dataclass(frozen=True)
class Progress:
    """How far somebody is in a course as it now stands."""

    done: frozenset[str]  # keys of lessons
    total: int
    completed_at: dt.datetime | None  # when all lessons of the then current version were done

    @property
    def remaining(self) -> int:
        return self.total - len(self.done)


@transaction.atomic
def publish_course(
    *,
    community: Community,
    key: str,
    title: str,
    tier: Tier | str,
    required: bool,
    lessons: list[dict[str, Any]],
    by: User | None,
    at: dt.datetime,
) -> CourseVersion:
    """Freeze what the course now is: its new version, or the current one where nothing changed.

    `lessons` are ``{"key", "title", "class_hours", "body"}`` in their order; `class_hours` of 45 minutes each, `body`
    whatever JSON holds. Who had already done all of them has thereby completed the course.
    Raises `ValueError` for no lessons, and for a key that is another community's.
    """
    if not lessons:
        raise ValueError("a course without lessons cannot be completed")
    course, _created = Course.objects.get_or_create(
        key=key, defaults={"community": community, "title": title, "tier": tier, "required": required}
    )
    if course.community_id != community.pk:
        raise ValueError(f"the key {key} is another community's")
    course = Course.objects.select_for_update(no_key=True).get(pk=course.pk)
    course.title, course.tier, course.required = title, Tier(tier), required
    course.save(update_fields=["title", "tier", "required"])

    frozen = [
        {**lesson, "class_hours": str(Decimal(lesson["class_hours"]).quantize(Decimal("0.1")))} for lesson in lessons
    ]
    content_hash = _hash({"title": title, "lessons": frozen})
    current = current_version(course)
    if current is not None and current.content_hash == content_hash:
        return current
    version = CourseVersion.objects.create(
        course=course,
        number=current.number + 1 if current else 1,
        title=title,
        class_hours=sum((Decimal(lesson["class_hours"]) for lesson in frozen), Decimal(0)),
        lessons=frozen,
        content_hash=content_hash,
        published_at=at,
        published_by=by,
    )
    _complete_for_those_who_had_done_all(version, at=at)
    return version


@transaction.atomic
def complete_lesson(
    *, volunteer: Volunteer, course: Course, lesson_key: str, at: dt.datetime, by: User | None
) -> LessonCompletion | Refusal:
    """Mark a lesson as done; with the last one the course is completed and earns its class hours (T4).

    Doing it again changes nothing. Refusals: ``not_yours``, where `by` may not act for the volunteer, and
    ``unknown_lesson``, where the course as it now stands has no such lesson.
    """
    if by is not None and not Volunteer.objects.belonging_to(by).filter(pk=volunteer.pk).exists():
        return NOT_YOURS
    # Two last lessons marked at the same moment must see each other.
    Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk)
    version = current_version(course)
    if version is None or lesson_key not in version.lesson_keys:
        return UNKNOWN_LESSON
    one = Volunteer.objects.one_with(volunteer.pk)
    done = LessonCompletion.objects.filter(volunteer__in=one, course=course, lesson_key=lesson_key)
    completion = done.first() or LessonCompletion.objects.create(
        volunteer=volunteer, course=course, lesson_key=lesson_key, version=version, completed_at=at
    )
    _complete_if_all_done(volunteer, version, at=at)
    return completion


@transaction.atomic
def complete_for_merged(*, into_id: int, at: dt.datetime) -> None:
    """Two people who are one now may have done all lessons of a course between them."""
    volunteer = Volunteer.objects.select_for_update(no_key=True).get(pk=into_id)
    learnt = Course.objects.filter(lesson_completions__volunteer__in=Volunteer.objects.one_with(into_id))
    for course in learnt.distinct().order_by("pk"):
        version = current_version(course)
        if version is not None:
            _complete_if_all_done(volunteer, version, at=at)


def progress(*, volunteer: Volunteer, course: Course) -> Progress:
    """How far `volunteer` is in the course as it now stands. Two statements, however long the course."""
    one = Volunteer.objects.one_with(volunteer.pk)
    completed = CourseCompletion.objects.filter(volunteer__in=one, course=course).order_by("completed_at")
    first = completed.values("completed_at")[:1]
    version = course.versions.annotate(completed_at=Subquery(first)).order_by("-number").first()
    if version is None:
        return Progress(done=frozenset(), total=0, completed_at=None)
    keys = version.lesson_keys
    return Progress(done=keys & _done(volunteer, course), total=len(keys), completed_at=version.completed_at)


def completed_courses(*, volunteer: Volunteer) -> set[int]:
    """The ids of the courses that `volunteer` has completed."""
    completed = CourseCompletion.objects.filter(volunteer__in=Volunteer.objects.one_with(volunteer.pk))
    return set(completed.values_list("course_id", flat=True))


def class_hours(*, volunteer: Volunteer) -> Decimal:
    """The class hours (45 minutes each) of all completed courses, each once. Never added to service time (T2)."""
    completed = CourseCompletion.objects.filter(volunteer__in=Volunteer.objects.one_with(volunteer.pk))
    # Of a course that two people completed before they were one, the first counts.
    of_course = dict(completed.order_by("-completed_at", "-pk").values_list("course_id", "class_hours"))
    return sum(of_course.values(), Decimal(0))


def current_version(course: Course) -> CourseVersion | None:
    """What the course now is; None while it was never published."""
    return course.versions.order_by("-number").first()


def _done(volunteer: Volunteer, course: Course) -> set[str]:
    one = Volunteer.objects.one_with(volunteer.pk)
    completions = LessonCompletion.objects.filter(volunteer__in=one, course=course)
    return set(completions.values_list("lesson_key", flat=True))


def _complete_if_all_done(volunteer: Volunteer, version: CourseVersion, *, at: dt.datetime) -> None:
    course = version.course
    if not version.lesson_keys <= _done(volunteer, course):
        return
    if CourseCompletion.objects.filter(volunteer__in=Volunteer.objects.one_with(volunteer.pk), course=course).exists():
        return
    CourseCompletion.objects.create(
        volunteer=volunteer, course=course, version=version, class_hours=version.class_hours, completed_at=at
    )


def _complete_for_those_who_had_done_all(version: CourseVersion, *, at: dt.datetime) -> None:
    """A lesson that goes may have been the last one missing to somebody, who has nothing left to press."""
    person = Coalesce("volunteer__merged_into", "volunteer")
    had_done_all = (
        LessonCompletion.objects.filter(course=version.course, lesson_key__in=version.lesson_keys)
        .annotate(person=person)
        .values("person")
        .annotate(done=Count("lesson_key", distinct=True))
        .filter(done=len(version.lesson_keys))
        .values_list("person", flat=True)
    )
    completed = CourseCompletion.objects.filter(course=version.course).annotate(person=person)
    CourseCompletion.objects.bulk_create(
        CourseCompletion(
            volunteer_id=volunteer_id,
            course=version.course,
            version=version,
            class_hours=version.class_hours,
            completed_at=at,
        )
        for volunteer_id in had_done_all.exclude(person__in=completed.values("person"))
    )


def _hash(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
