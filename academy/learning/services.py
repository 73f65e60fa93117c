"""Services of learning. Learning time is counted apart and is never service time (T2)."""

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, F, JSONField, Max, Min, Q, Subquery
from django.db.models.functions import JSONArray
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.core.together import list_beside
from academy.families import belongings
from academy.learning import in_room, locks, open_lessons, practica, qualifications, refusals, selectors
from academy.learning.award_models import Attendance, Qualification
from academy.learning.models import (
    Course,
    CourseCompletion,
    CourseVersion,
    Enrolment,
    LessonCompletion,
    LessonCompletionQuerySet,
    Note,
    QuizAttempt,
    Tier,
)
from academy.learning.quiz.questions import Quiz
from academy.people.models import User, Volunteer

UNKNOWN_LESSON = Refusal("unknown_lesson", _("This lesson is no longer part of the course. Go on with the next one."))
LESSON_CLOSED = Refusal("lesson_closed", _("This lesson is not open at present. Choose another one in the academy."))
NOT_YOURS = Refusal("not_yours", _("You cannot learn for another person. Ask them to sign in and read the lesson."))


@dataclass(frozen=True)
class Attempt:
    """Result of a try at a quiz."""

    right: int
    asked: int
    passed: bool


@dataclass(frozen=True)
class Progress:
    """A volunteer's progress in the current version of a course."""

    done: frozenset[str]  # keys of lessons
    total: int
    earned: Mapping[str, Decimal]  # class hours by lesson, also of lessons that were removed later
    completed_at: dt.datetime | None  # when the volunteer had done all lessons of a version
    whole: bool = False  # false while lessons are still to come
    lessons: frozenset[str] = frozenset()  # the keys of the lessons that can be done
    quizzes: frozenset[str] = frozenset()  # of these, the keys of those that a quiz completes
    waits: Mapping[str, str] = field(default_factory=dict)  # lessons not done: by the lesson whose quiz comes first
    enrolled: bool = False
    place: str = ""  # the key of the lesson opened last
    attended: Decimal = Decimal(0)  # class hours of a class in which the volunteer completed the course
    in_room: bool = False  # a class completes the course, and its assessment; the lessons alone do not (T4)
    practised: bool = False  # the course has a practicum to come
    locked: bool = False  # other courses come first; `locks.missing_courses` names those that can be learnt
    quiz: Quiz | None = None  # of the lesson that was asked for
    attempt: Attempt | None = None  # of the same lesson: one that passed, else the latest
    note: str = ""  # of the same lesson
    note_saved_at: dt.datetime | None = None
    version: CourseVersion | None = None
    held_until: dt.date | None = None  # of a qualification: the day on which it expires
    learnt: frozenset[str] = frozenset()  # the keys of all lessons that the volunteer did, in any course

    @property
    def class_hours(self) -> Decimal:
        """The class hours earned in this course so far: those of its lessons or of its class, the larger."""
        return max(sum(self.earned.values(), Decimal(0)), self.attended)

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
    whole: bool = True,
    requires: Collection[str] | None = None,
    valid_years: int | None = None,
    by: User | None,
    at: dt.datetime,
) -> CourseVersion:
    """Freeze the course in a new version and return it; return the current version if it is the same.

    `lessons` are ``{"key", "title", "class_hours", "body"}`` in their order: `class_hours` of 45 minutes each, `body`
    any JSON. A lesson with a quiz has ``"quizzes"`` too: `Quiz.to_json` by language, that of the original first. A
    `key` means the same lesson in every course. `whole` is false while more lessons are to come. A volunteer who has
    already done all lessons of a whole version completes the course now, unless it is assessed in the room (T4).
    `requires` are the keys of the courses to complete first; None leaves them as they are. `valid_years`: for how long
    a completion holds (T6); None for ever.
    Raise `ValueError` for a course without lessons, for a key that belongs to another community, and for required
    courses that are unknown or would wait for each other.
    """
    if not lessons:
        raise ValueError("a course without lessons cannot be completed")
    course, _created = Course.objects.get_or_create(
        key=key, defaults={"community": community, "title": title, "tier": tier, "required": required}
    )
    if course.community_id != community.pk:
        raise ValueError(f"the key {key} is another community's")
    course = Course.objects.select_for_update(no_key=True).get(pk=course.pk)
    course.title, course.tier, course.required, course.valid_years = title, Tier(tier), required, valid_years
    course.save(update_fields=["title", "tier", "required", "valid_years"])
    if requires is not None:
        _require(course, requires)

    frozen = [_frozen(lesson) for lesson in lessons]
    content_hash = _hash({"title": title, "lessons": frozen})
    current = current_version(course)
    if current is not None and (current.content_hash, current.whole) == (content_hash, whole):
        return current
    version = CourseVersion.objects.create(
        course=course,
        number=current.number + 1 if current else 1,
        title=title,
        class_hours=sum((Decimal(lesson["class_hours"]) for lesson in frozen), Decimal(0)),
        lessons=frozen,
        whole=whole,
        content_hash=content_hash,
        published_at=at,
        published_by=by,
    )
    _complete_for_earlier_learners(version)
    return version


@transaction.atomic
def complete_lesson(
    *, volunteer: Volunteer, course: Course, lesson_key: str, at: dt.datetime, by: User | None
) -> LessonCompletion | Refusal:
    """Mark a lesson as done: it earns its present class hours (T4).

    The last lesson of a whole version completes the course, unless it is assessed in the room (T4). The volunteer is
    enrolled, if they are not yet.
    Ignore a lesson that was done before, also in an earlier version or in another course. Refuses with `not_yours` if
    `by` may not act for the volunteer, with `unknown_lesson` if the current version has no such lesson, with
    `lesson_closed` if no page of it can be opened, with `course_first` before the courses that this one requires, and
    with `quiz_first` before its own quiz or that of an earlier lesson is passed.
    """
    if by is not None and volunteer not in belongings.people_of(by):
        return NOT_YOURS
    # Lock: of two last lessons marked at the same moment, the second must see the first.
    Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk)
    version = current_version(course)
    earns = version.lesson_class_hours if version is not None else {}
    if version is None or lesson_key not in earns:
        return UNKNOWN_LESSON
    if not open_lessons.is_open(course=course, lesson_key=lesson_key):
        return LESSON_CLOSED
    done = LessonCompletion.objects.of(volunteer).filter(lesson_key=lesson_key).order_by("completed_at", "pk")
    completion = done.first()
    if completion is None:
        if refusal := _cannot_complete(volunteer, version, lesson_key):
            return refusal
        completion = LessonCompletion.objects.create(
            volunteer=volunteer,
            course=course,
            lesson_key=lesson_key,
            version=version,
            class_hours=earns[lesson_key],
            completed_at=at,
        )
        enrol(volunteer=volunteer, course=course, by=by, at=at)
    _complete_if_all_done(volunteer, version, at=at)
    return completion


@transaction.atomic
def enrol(*, volunteer: Volunteer, course: Course, by: User | None, at: dt.datetime) -> Enrolment | Refusal:
    """Enrol the volunteer in the course; return the present enrolment if there is one.

    Refuses with `not_yours` if `by` may not act for the volunteer, and with `course_elsewhere`.
    """
    if by is not None and volunteer not in belongings.people_of(by):
        return NOT_YOURS
    if course.community_id != volunteer.community_id:
        return refusals.COURSE_ELSEWHERE
    Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk)
    present = Enrolment.objects.of(volunteer).filter(course=course).order_by("pk").first()
    return present or Enrolment.objects.create(volunteer=volunteer, course=course, enrolled_at=at)


@transaction.atomic
def complete_for_merged(*, into_id: int, at: dt.datetime) -> None:
    """Complete each whole course whose lessons the two merged people have done between them."""
    volunteer = Volunteer.objects.select_for_update(no_key=True).get(pk=into_id)
    learnt = Course.objects.filter(lesson_completions__in=LessonCompletion.objects.of(volunteer))
    for course in learnt.distinct().order_by("pk"):
        version = current_version(course)
        if version is not None:
            _complete_if_all_done(volunteer, version, at=at)


@transaction.atomic
def complete_for_readers(*, course: Course) -> None:
    """Complete the course for volunteers who have read all its lessons.

    Called when it is no longer assessed in the room (T4).
    """
    version = current_version(course)
    if version is not None:
        _complete_for_earlier_learners(version)


def progress(*, volunteer: Volunteer, course: Course, lesson_key: str = "", language: str = "") -> Progress:
    """Return the volunteer's progress in the current version, in one statement for any course.

    With `lesson_key` also their note at that lesson, its quiz in this language, and the try at it to show.
    """
    completed = CourseCompletion.objects.of(volunteer).filter(course=course).order_by("completed_at")
    first = completed.values("completed_at")[:1]
    enrolments = Enrolment.objects.of(volunteer).filter(course=course)
    place = Subquery(enrolments.order_by(F("opened_at").desc(nulls_last=True), "pk").values("lesson_key")[:1])
    notes = Note.objects.of(volunteer).filter(lesson_key=lesson_key).order_by("-saved_at", "-pk")
    attended = Attendance.objects.of(volunteer).filter(course=course).order_by("-class_hours")
    held = Qualification.objects.of(volunteer).filter(course=course).order_by("-expires_on", "-pk")
    tried = QuizAttempt.objects.of(volunteer).filter(lesson_key=lesson_key).order_by("-passed", "-sent_at", "-pk")
    own = LessonCompletion.objects.of(volunteer)
    version = (
        course.versions.annotate(
            own=list_beside(own, "completed_at", "pk", "lesson_key", "class_hours", "course"),
            completed_at=Subquery(first),
            place=place,
            attended=Subquery(attended.values("class_hours")[:1]),
            locked=selectors.is_locked(volunteer),
            in_room=in_room.is_assessed(),
            practised=practica.has_coming(),
            note=Subquery(notes.values("text")[:1]),
            note_saved_at=Subquery(notes.values("saved_at")[:1]),
            held_until=Subquery(held.values("expires_on")[:1]),
            attempt=Subquery(tried.values(found=JSONArray("right", "asked", "passed"))[:1], JSONField()),
        )
        .order_by("-number")
        .first()
    )
    if version is None:
        return Progress(done=frozenset(), total=0, earned={}, completed_at=None)
    rows = [(key, Decimal(str(hours)), of) for _at, _pk, key, hours, of in sorted(version.own or (), reverse=True)]
    keys = version.lesson_keys
    earned = {key: hours for key, hours, of in rows if key in keys or of == version.course_id}
    return Progress(
        quizzes=version.quiz_keys,
        waits=locks.earlier_quizzes(version, earned),
        enrolled=version.place is not None,
        place=version.place or "",
        attended=version.attended or Decimal(0),
        in_room=version.in_room,
        practised=version.practised,
        locked=version.locked,
        quiz=quiz_in(version, lesson_key, language),
        note=version.note or "",
        note_saved_at=version.note_saved_at,
        done=keys & earned.keys(),
        total=len(keys),
        earned=earned,
        completed_at=version.completed_at,
        whole=version.whole,
        lessons=keys,
        attempt=Attempt(version.attempt[0], version.attempt[1], bool(version.attempt[2])) if version.attempt else None,
        version=version,
        held_until=version.held_until,
        learnt=frozenset(key for key, _hours, _of in rows),
    )


def earned(*, volunteer: Volunteer) -> dict[str, Decimal]:
    """Return the class hours that each lesson earned the volunteer, by its key."""
    return _first_earned(LessonCompletion.objects.all(), volunteer)


def current_version(course: Course) -> CourseVersion | None:
    """Return the latest version; None if the course was never published."""
    return course.versions.order_by("-number").first()


def quiz_in(version: CourseVersion | None, lesson_key: str, language: str) -> Quiz | None:
    """Return the quiz of a lesson as its version holds it, with the original's terms."""
    found = version.quiz_of(lesson_key, language) if version is not None and lesson_key else None
    return found[1] if found else None


def _cannot_complete(volunteer: Volunteer, version: CourseVersion, lesson_key: str) -> Refusal | None:
    done = _earned(volunteer, version)
    if refusal := locks.refusal_of(volunteer=volunteer, version=version, lesson_key=lesson_key, done=done):
        return refusal
    if lesson_key in version.quiz_keys and not locks.has_passed(volunteer, lesson_key):
        return refusals.quiz_first(title=locks.title_of(version, lesson_key))
    return None


def _frozen(lesson: dict[str, Any]) -> dict[str, Any]:
    """Return a lesson as a version holds it; the quiz's first language is that of the original."""
    hours = str(Decimal(lesson["class_hours"]).quantize(Decimal("0.1")))
    language = {"quiz_language": next(iter(lesson["quizzes"]))} if lesson.get("quizzes") else {}
    return {**lesson, "class_hours": hours, **language}


def waits_for(*, course: Course, requires: Collection[Course]) -> bool:
    """Return whether one of these courses waits for `course` itself, on any way, or is it."""
    reached: set[int] = set()
    ahead = {one.pk for one in requires}
    while ahead:
        reached |= ahead
        ahead = set(Course.objects.filter(opens__in=ahead).values_list("pk", flat=True)) - reached
    return course.pk in reached


def _require(course: Course, keys: Collection[str]) -> None:
    wanted = list(Course.objects.filter(community=course.community_id, key__in=set(keys)))
    if len(wanted) < len(set(keys)):
        raise ValueError(f"unknown among the courses {sorted(keys)}")
    if waits_for(course=course, requires=wanted):
        raise ValueError(f"{course.key} would wait for itself")
    course.requires.set(wanted)


def _earned(volunteer: Volunteer, version: CourseVersion) -> dict[str, Decimal]:
    """Return the class hours that each lesson earned, by its key, also of lessons removed later."""
    here = Q(course=version.course_id) | Q(lesson_key__in=version.lesson_keys)
    return _first_earned(LessonCompletion.objects.filter(here), volunteer)


def _first_earned(completions: LessonCompletionQuerySet, volunteer: Volunteer) -> dict[str, Decimal]:
    """Return the class hours that each lesson earned, by its key.

    The earlier completion counts if two people did the same lesson before they were merged, or if two courses show it.
    """
    own = completions.of(volunteer)
    return dict(own.order_by("-completed_at", "-pk").values_list("lesson_key", "class_hours"))


def _complete_if_all_done(volunteer: Volunteer, version: CourseVersion, *, at: dt.datetime) -> None:
    """Complete the course on the day of the last lesson, which a merge may find long afterwards."""
    course = version.course
    if not version.whole or not version.lesson_keys <= _earned(volunteer, version).keys():
        return
    if CourseCompletion.objects.of(volunteer).filter(course=course).exists() or in_room.assessed([course.pk]):
        return
    done = LessonCompletion.objects.of(volunteer).filter(lesson_key__in=version.lesson_keys)
    first = done.values("lesson_key").annotate(moment=Min("completed_at")).values_list("moment", flat=True)
    last = max(first, default=at)
    CourseCompletion.objects.create(volunteer=volunteer, course=course, version=version, completed_at=last)
    qualifications.qualify(volunteer=volunteer, course=course, on=timezone.localdate(last), at=at)


def _complete_for_earlier_learners(version: CourseVersion) -> None:
    """Complete the course for volunteers who have done all lessons of the new version, if it is whole.

    The new version may drop the only lesson that they had not done. They have no button left to press. The course is
    completed on the day of their last lesson: what expires counts from the day of learning (T6).
    """
    if not version.whole or in_room.assessed([version.course_id]):
        return
    had_done_all = (
        LessonCompletion.objects.filter(lesson_key__in=version.lesson_keys)
        .filter(course__community=version.course.community_id)
        .with_person()
        .values("person")
        .annotate(done=Count("lesson_key", distinct=True), last=Max("completed_at"))
        .filter(done=len(version.lesson_keys))
        .values_list("person", "last")
    )
    completed = CourseCompletion.objects.filter(course=version.course).with_person()
    CourseCompletion.objects.bulk_create(
        CourseCompletion(volunteer_id=volunteer_id, course=version.course, version=version, completed_at=last)
        for volunteer_id, last in had_done_all.exclude(person__in=completed.values("person"))
    )


def _hash(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
