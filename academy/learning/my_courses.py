"""The courses that a volunteer studies: how far they are, and the lesson to go on with."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Subquery, TextField
from django.db.models.functions import Cast

from academy.core.together import Together
from academy.learning import in_room, locks, selectors
from academy.learning.models import CourseCompletion, CourseVersion, Enrolment, LessonCompletion
from academy.people.models import Volunteer

MOST = 3  # each carries its texts


@dataclass(frozen=True)
class RunningCourse:
    """A course that the volunteer has begun and not completed, with the next thing to do in it."""

    key: str
    title: str
    done: int  # lessons
    total: int
    lesson_key: str
    lesson_title: str
    has_quiz: bool  # which completes the lesson
    is_locked: bool  # other courses come first
    in_room: bool = False  # all lessons are read, and a class completes the course; no lesson is named

    @property
    def is_begun(self) -> bool:
        return self.done > 0


def running(volunteer: Volunteer, *, together: Together) -> Callable[[], list[RunningCourse]]:
    """Return at most three courses in which the volunteer is enrolled, the one opened last first.

    Leaves out completed courses, and those in which all lessons are done and more are still to come. A course that is
    assessed in the room stays until a class completes it (T4).
    """
    completed = CourseCompletion.objects.of(volunteer).values("course")
    enrolled = Enrolment.objects.of(volunteer)
    latest = enrolled.exclude(course__in=completed).order_by(
        F("opened_at").desc(nulls_last=True), "-enrolled_at", "-pk"
    )
    here = enrolled.filter(course=OuterRef("course")).order_by(F("opened_at").desc(nulls_last=True), "pk")
    newest = CourseVersion.objects.filter(course=OuterRef("course")).order_by("-number").values("number")[:1]
    versions = CourseVersion.objects.filter(
        course__in=latest.values("course")[:MOST], number=Subquery(newest)
    ).annotate(
        content=Cast("lessons", TextField()),
        place=Subquery(here.values("lesson_key")[:1]),
        opened=Subquery(here.values("opened_at")[:1]),
        began=Subquery(here.values("enrolled_at")[:1]),
        locked=selectors.is_locked(volunteer),
        asked=in_room.is_assessed(),
    )
    columns = ("opened", "began", "pk", "course__key", "title", "content", "place", "locked", "asked", "whole")
    rows = together.add(versions, *columns)
    lessons = together.add(LessonCompletion.objects.of(volunteer), "lesson_key")

    def read() -> list[RunningCourse]:
        done = {key for (key,) in lessons()}
        ordered = sorted(rows(), key=lambda row: (row[0] or "", row[1], row[2]), reverse=True)
        found = (_course(*row[3:], done=done) for row in ordered)
        return [one for one in found if one is not None]

    return read


def _course(
    key: str, title: str, content: str, place: str, locked: Any, asked: Any, whole: Any, *, done: Collection[str]
) -> RunningCourse | None:
    version = CourseVersion(lessons=json.loads(content))
    waits = locks.earlier_quizzes(version, done)
    left = [lesson for lesson in version.lessons if lesson["key"] not in done]
    ready = [lesson for lesson in left if lesson["key"] not in waits]
    if not ready and not (asked and whole):
        return None
    lesson = next((one for one in ready if one["key"] == place), ready[0]) if ready else {"key": "", "title": ""}
    return RunningCourse(
        key=key,
        title=title,
        done=len(version.lessons) - len(left),
        total=len(version.lessons),
        lesson_key=lesson["key"],
        lesson_title=lesson["title"],
        has_quiz=bool(lesson.get("quizzes")),
        is_locked=bool(locked),
        in_room=not ready,
    )
