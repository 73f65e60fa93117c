"""A quiz sent at the same moment, on two real connections."""

import pytest
from django.utils import timezone

from academy.core.refusals import Refusal
from academy.learning import open_lessons, quiz_services, services, study_services
from academy.learning.models import Enrolment, LessonCompletion, Note, QuizAttempt
from tests.at_once import at_once
from tests.factories import VolunteerFactory
from tests.quizzes import getter, quiz, right_answers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.usefixtures("without_pages")]


def test_a_quiz_sent_at_the_same_moment_counts_once_and_no_try_too_many() -> None:
    volunteer = VolunteerFactory(login=True)
    course = services.publish_course(
        community=volunteer.community,
        key="first-aid",
        title="急救",
        tier="beginner",
        required=True,
        lessons=[
            {
                "key": "a",
                "title": "甲",
                "class_hours": 1,
                "body": "",
                "quizzes": {"zh-hans": quiz(tries=2).to_json()},
            }
        ],
        by=None,
        at=timezone.now(),
    ).course
    assert open_lessons._pages == []

    def sheet() -> quiz_services.Sheet:
        found = quiz_services.open_sheet(
            volunteer=volunteer, course=course, lesson_key="a", language="zh-hans", at=timezone.now()
        )
        assert not isinstance(found, Refusal)
        return found

    def send(one: quiz_services.Sheet, wrong: int) -> QuizAttempt | Refusal:
        form = getter(right_answers(one.drawn, wrong=wrong))
        return quiz_services.send_answers(
            volunteer=volunteer, sheet=one, sent=form, by=volunteer.user, at=timezone.now()
        )

    same = sheet()
    answers = at_once(*[lambda: send(same, wrong=3)] * 2)
    assert answers[0] == answers[1] == QuizAttempt.objects.get()

    phone, tablet = sheet(), sheet()
    answers = at_once(lambda: send(phone, wrong=0), lambda: send(tablet, wrong=0))
    assert sorted(isinstance(answer, Refusal) for answer in answers) == [False, True]
    assert QuizAttempt.objects.count() == 2
    assert LessonCompletion.objects.count() == Enrolment.objects.count() == 1

    at_once(
        *(
            lambda text=text: study_services.save_note(
                volunteer=volunteer,
                course=course,
                lesson_key="a",
                text=text,
                seen="",
                by=volunteer.user,
                at=timezone.now(),
            )
            for text in ("在手机上", "在平板上")
        )
    )
    assert set(Note.objects.get().text.split(study_services.LEFT_BY_ANOTHER)) == {"在手机上", "在平板上"}
