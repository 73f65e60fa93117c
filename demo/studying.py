"""People of the demonstration study: they read the lessons of a course and answer its quizzes."""

import datetime as dt

from academy.learning import quiz_services, study_services
from academy.learning import services as learning
from academy.learning.models import Course, CourseVersion, QuizAttempt
from academy.learning.quiz.grading import Drawn
from academy.learning.quiz.questions import Kind
from academy.people.models import Volunteer
from academy.people.services import logins

LANGUAGE = "zh-hans"


def study(volunteer: Volunteer, course: Course, *, at: dt.datetime) -> None:
    """Let the volunteer do all lessons of a course, and pass its quizzes at the first try."""
    version = learning.current_version(course)
    assert version is not None
    for key in (lesson["key"] for lesson in version.lessons):
        if key in version.quiz_keys:
            _pass(volunteer, version, key, at=at)
        else:
            learning.complete_lesson(volunteer=volunteer, course=course, lesson_key=key, at=at, by=None)


def begin(volunteer: Volunteer, course: Course, *, at: dt.datetime) -> None:
    """Let the volunteer do the first lesson of a course, and open the next one."""
    version = learning.current_version(course)
    assert version is not None
    first, *others = (lesson["key"] for lesson in version.lessons)
    learning.enrol(volunteer=volunteer, course=course, by=None, at=at)
    if first in version.quiz_keys:
        _pass(volunteer, version, first, at=at)
    else:
        learning.complete_lesson(volunteer=volunteer, course=course, lesson_key=first, at=at, by=None)
    if others:
        study_services.open_lesson(volunteer=volunteer, course=course, lesson_key=others[0], at=at)


def _pass(volunteer: Volunteer, version: CourseVersion, lesson_key: str, *, at: dt.datetime) -> None:
    sheet = quiz_services.open_sheet(
        volunteer=volunteer, course=version.course, lesson_key=lesson_key, language=LANGUAGE, at=at
    )
    assert isinstance(sheet, quiz_services.Sheet), sheet
    sent: dict[str, list[str]] = {}
    for one in sheet.drawn:
        sent |= _right(one)
    answered = quiz_services.send_answers(
        volunteer=volunteer,
        sheet=sheet,
        sent=lambda name: sent.get(name, []),
        by=logins.login_for(volunteer=volunteer),
        at=at,
    )
    assert isinstance(answered, QuizAttempt) and answered.passed, answered


def _right(one: Drawn) -> dict[str, list[str]]:
    """Return what the form sends for a question that is answered right."""
    question = one.question
    if question.kind is Kind.ORDER:
        return {one.field(place): [str(shown + 1)] for place, shown in enumerate(one.options, start=1)}
    if question.kind is Kind.MATCHING:
        matches = [question.options[place].match for place in one.matches]
        wanted = [matches.index(question.options[place].match) + 1 for place in one.options]
        return {one.field(place): [str(match)] for place, match in enumerate(wanted, start=1)}
    return {one.name: [str(shown) for shown, place in enumerate(one.options, start=1) if place in question.right]}
