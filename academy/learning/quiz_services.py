"""Try a quiz: its form, its answers, its grading on the server.

A form names its try by a signed text: the volunteer, the version that it shows, the lesson, and a key of its own. A
form that is sent again is the same try; forms of two devices are two tries, in the order in which they arrive. The
answers are read against the version that the form showed, so that a trainer who publishes meanwhile spoils no try.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from academy.core import formats
from academy.core.keys import random_key
from academy.core.look import current_language
from academy.core.refusals import Refusal
from academy.families import belongings
from academy.learning import locks, refusals, renewing, services
from academy.learning.models import Course, CourseVersion, QuizAttempt
from academy.learning.quiz import grading
from academy.learning.quiz.questions import Question, Quiz
from academy.people.models import User, Volunteer

_SALT = "academy.learning.quiz"
_KEY_BITS = 80
_FORM_HOLDS = dt.timedelta(days=7)


@dataclass(frozen=True)
class Sheet:
    """The questions of one try, as a form shows them."""

    person: int  # the volunteer's id when the form was made: they may be merged since
    course: Course
    version: CourseVersion
    lesson_key: str
    language: str
    number: int
    key: str
    quiz: Quiz

    @property
    def seed(self) -> str:
        """The seed of this try: the same whenever its form is opened, and a secret of the server."""
        named = f"{self.person}:{self.version.pk}:{self.lesson_key}:{self.language}:{self.number}"
        return salted_hmac(_SALT, named, algorithm="sha256").hexdigest()

    @cached_property
    def drawn(self) -> list[grading.Drawn]:
        return grading.draw(self.quiz, self.seed)

    @property
    def form(self) -> str:
        """The signed name of the try, which the form sends back."""
        named = [self.person, self.version.pk, self.lesson_key, self.language, self.number, self.key]
        return signing.dumps(named, salt=_SALT)


@dataclass(frozen=True)
class GradedAnswer:
    """A question with what was answered, for the page that says why."""

    question: Question
    given: tuple[int, ...]
    is_right: bool


def latest_attempt(*, volunteer: Volunteer, lesson_key: str, since: dt.datetime | None = None) -> QuizAttempt | None:
    """Return the try to show: one that passed, else the latest; for a renewal, of those sent `since` then."""
    tried = QuizAttempt.objects.of(volunteer).filter(lesson_key=lesson_key).select_related("version")
    if since is not None:
        tried = tried.filter(sent_at__gte=since)
    return tried.order_by("-passed", "-sent_at", "-pk").first()


def open_sheet(
    *, volunteer: Volunteer, course: Course, lesson_key: str, language: str, at: dt.datetime
) -> Sheet | Refusal:
    """Return the questions of the volunteer's next try.

    Refuses with `course_elsewhere`, `no_quiz`, with `course_first` and `quiz_first` as `complete_lesson` does, and with
    `quiz_tries_used` until the next day begins.
    """
    if course.community_id != volunteer.community_id:
        return refusals.COURSE_ELSEWHERE
    version = services.current_version(course)
    found = version.quiz_of(lesson_key, language) if version is not None else None
    if version is None or found is None:
        return refusals.NO_QUIZ
    progress = services.earned(volunteer=volunteer)
    if refusal := locks.refusal_of(volunteer=volunteer, version=version, lesson_key=lesson_key, done=progress):
        return refusal
    language, quiz = found
    tried = list(QuizAttempt.objects.of(volunteer).filter(lesson_key=lesson_key).values_list("sent_at", flat=True))
    if refusal := _tries_used(quiz, tried, at):
        return refusal
    return Sheet(volunteer.stays.pk, course, version, lesson_key, language, len(tried) + 1, random_key(_KEY_BITS), quiz)


def read_form(*, volunteer: Volunteer, course: Course, lesson_key: str, form: str) -> Sheet | Refusal:
    """Return the try whose form was sent.

    Refuses with `quiz_form_unknown` if it was not made for this volunteer by this server in the last seven days, and
    with `quiz_elsewhere` if it is of another lesson or course.
    """
    try:
        person, version_id, key_of_lesson, language, number, key = signing.loads(form, salt=_SALT, max_age=_FORM_HOLDS)
    except (signing.BadSignature, ValueError, TypeError):
        return refusals.FORM_UNKNOWN
    rows = Volunteer.objects.one_with(volunteer.stays.pk)
    if not rows.filter(pk=person).exists():
        return refusals.FORM_UNKNOWN
    version = CourseVersion.objects.filter(pk=version_id, course=course).select_related("course").first()
    if version is None or key_of_lesson != lesson_key:
        return refusals.FORM_ELSEWHERE
    found = version.quiz_of(lesson_key, language)
    if found is None or found[0] != language:
        return refusals.FORM_UNKNOWN
    return Sheet(person, course, version, lesson_key, language, number, key, found[1])


@transaction.atomic
def send_answers(
    *, volunteer: Volunteer, sheet: Sheet, sent: grading.Sent, by: User, at: dt.datetime
) -> QuizAttempt | Refusal:
    """Grade the answers of a form and keep them as one try.

    Passing completes the lesson at once, and renews a qualification whose quizzes are all passed once more (ADR 153).

    The same form, sent again, returns its try as it was graded first. Refuses with `not_yours`, `quiz_forged` for a
    value that the form did not offer, `quiz_incomplete` (`grading.read_answers` names the questions),
    `quiz_tries_used`, and `quiz_form_unknown` for drawn questions whose answers were shown since, after another form
    of the same draw; none of them counts as a try.
    """
    if volunteer not in belongings.people_of(by):
        return services.NOT_YOURS
    # Lock: of two requests at the same moment, the second must see the first.
    Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.stays.pk)
    tried = QuizAttempt.objects.of(volunteer).filter(lesson_key=sheet.lesson_key)
    if (same := QuizAttempt.objects.of(volunteer).filter(key=sheet.key).first()) is not None:
        return same
    answers = grading.read_answers(sheet.drawn, sent)
    if answers.forged:
        return refusals.FORGED
    if answers.missing:
        return refusals.INCOMPLETE
    moments = list(tried.values_list("sent_at", flat=True))
    if refusal := _tries_used(sheet.quiz, moments, at):
        return refusal
    if sheet.quiz.pool and sheet.number != len(moments) + 1:
        return refusals.FORM_UNKNOWN
    graded = [
        {"question": one.question.key, "given": list(given), "right": grading.is_right(one.question, given)}
        for one, given in zip(sheet.drawn, answers.given, strict=True)
        if given is not None
    ]
    right = sum(bool(answer["right"]) for answer in graded)
    attempt = QuizAttempt.objects.create(
        volunteer=volunteer,
        course=sheet.course,
        version=sheet.version,
        lesson_key=sheet.lesson_key,
        language=sheet.language,
        number=len(moments) + 1,
        key=sheet.key,
        seed=sheet.seed,
        answers=graded,
        right=right,
        asked=len(graded),
        passed=right >= sheet.quiz.needed,
        sent_at=at,
    )
    if attempt.passed:
        # A refusal (the page was closed meanwhile) leaves the try, which counts once the lesson is open again.
        services.complete_lesson(volunteer=volunteer, course=sheet.course, lesson_key=sheet.lesson_key, at=at, by=by)
        renewing.renew_if_passed(volunteer=volunteer, course=sheet.course, by=by, at=at)
    return attempt


def needed(attempt: QuizAttempt) -> int:
    """Return how many right answers pass, by the quiz that the try answered."""
    found = attempt.version.quiz_of(attempt.lesson_key, attempt.language)
    return found[1].needed if found else attempt.right


def graded_answers(attempt: QuizAttempt) -> list[GradedAnswer]:
    """Return the answers of a try with their questions, in the order in which it showed them."""
    found = attempt.version.quiz_of(attempt.lesson_key, attempt.language)
    known = {question.key: question for question in found[1].questions} if found else {}
    rows: list[dict[str, Any]] = attempt.answers
    return [
        GradedAnswer(known[row["question"]], tuple(row["given"]), row["right"])
        for row in rows
        if row["question"] in known
    ]


def _tries_used(quiz: Quiz, tried: list[dt.datetime], at: dt.datetime) -> Refusal | None:
    today = timezone.localdate(at)
    if quiz.tries is None or sum(timezone.localdate(moment) == today for moment in tried) < quiz.tries:
        return None
    tomorrow = today + dt.timedelta(days=1)
    until = f"{formats.day(tomorrow, current_language(), weekday=True)} 0:00"
    return refusals.tries_used(tries=quiz.tries, until=until)
