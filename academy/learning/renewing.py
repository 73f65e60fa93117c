"""Renewal of a qualification by reading: near its end its quizzes are passed once more (T6)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import make_aware

from academy.core.refusals import Refusal
from academy.families import belongings
from academy.learning import in_room, open_lessons, qualifications, refusals, services
from academy.learning.award_models import Qualification
from academy.learning.models import Course, CourseVersion, QuizAttempt
from academy.people.models import User, Volunteer


@dataclass(frozen=True)
class Renewal:
    """A qualification that can be renewed now, with the lessons whose quizzes are to be passed once more."""

    qualification: Qualification
    since: dt.datetime  # tries from here on count
    quizzes: tuple[tuple[str, str, bool], ...]  # key and title of each lesson with a quiz, and whether it is passed
    is_over: bool
    attempts: Mapping[str, QuizAttempt] = field(default_factory=dict)  # to show, by lesson: passed, else the latest

    @property
    def last_day(self) -> dt.date:
        """The last day on which it holds."""
        return self.qualification.expires_on - dt.timedelta(days=1)

    @property
    def left(self) -> tuple[tuple[str, str, bool], ...]:
        """The lessons whose quiz is still to be passed."""
        return tuple(one for one in self.quizzes if not one[2])


def begins_on(qualification: Qualification) -> dt.date:
    """Return the first day on which the qualification can be renewed."""
    return qualification.expires_on - qualifications.REMINDED_FOR


def renewal_of(
    *, volunteer: Volunteer, course: Course, at: dt.datetime, version: CourseVersion | None = None
) -> Renewal | None:
    """Return what the volunteer can renew in this course now by reading, else None.

    `version` is the current one, if the caller has it. No statement for a course that never expires, and one for a
    qualification that is not near its end.
    """
    if not course.valid_years:
        return None
    latest = Qualification.objects.of(volunteer).filter(course=course).order_by("-expires_on", "-pk")
    held = latest.annotate(asked_in_room=in_room.is_assessed()).first()
    if held is None or held.asked_in_room or timezone.localdate(at) < begins_on(held):
        return None
    version = version or services.current_version(course)
    if version is None or not version.whole:
        return None
    since = make_aware(dt.datetime.combine(begins_on(held), dt.time()))
    keys = version.quiz_keys
    tried = QuizAttempt.objects.of(volunteer).filter(lesson_key__in=keys, sent_at__gte=since).defer("answers")
    shown = {one.lesson_key: one for one in tried.order_by("passed", "sent_at", "pk")}
    passed = {key for key, one in shown.items() if one.passed}
    quizzes = tuple((one["key"], one["title"], one["key"] in passed) for one in version.lessons if one["key"] in keys)
    return Renewal(held, since, quizzes, held.expires_on <= timezone.localdate(at), shown)


@transaction.atomic
def renew(*, volunteer: Volunteer, course: Course, by: User, at: dt.datetime) -> Qualification | Refusal:
    """Renew a qualification near its end: a new record from today on, and the old one stays (T6).

    Its quizzes are passed once more before; without a quiz the volunteer says that they read the lessons again.
    Ignore a second request on the same day. Refuses with `not_yours`, `not_to_renew`, `lesson_closed` and `quiz_first`.
    """
    if volunteer not in belongings.people_of(by):
        return services.NOT_YOURS
    # Lock: of two requests at the same moment, the second must see the first.
    Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.stays.pk)
    today = timezone.localdate(at)
    if (same := renewed_on(volunteer=volunteer, course=course, at=at)) is not None:
        return same
    renewal = renewal_of(volunteer=volunteer, course=course, at=at)
    if renewal is None:
        return refusals.NOT_TO_RENEW
    version = services.current_version(course)
    if version is None or not open_lessons.readable([course.pk]):
        return services.LESSON_CLOSED
    if renewal.left:
        return refusals.quiz_first(title=renewal.left[0][1])
    return qualifications.qualify(volunteer=volunteer, course=course, on=today, at=at) or refusals.NOT_TO_RENEW


def renew_if_passed(*, volunteer: Volunteer, course: Course, by: User, at: dt.datetime) -> None:
    """Renew at once with the last quiz that was to be passed once more."""
    renewal = renewal_of(volunteer=volunteer, course=course, at=at)
    if renewal is not None and renewal.quizzes and not renewal.left:
        renew(volunteer=volunteer, course=course, by=by, at=at)


def renewed_on(*, volunteer: Volunteer, course: Course, at: dt.datetime) -> Qualification | None:
    """Return the qualification of this day in the course, if there is one."""
    today = timezone.localdate(at)
    return Qualification.objects.of(volunteer).filter(course=course, obtained_on=today).first()
