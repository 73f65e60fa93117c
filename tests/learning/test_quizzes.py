"""A try at a quiz: graded on the server, counted once, kept as a fact (T4)."""

import datetime as dt
import time
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import signing
from django.db import DatabaseError, IntegrityError, transaction

from academy.core.refusals import Refusal
from academy.learning import open_lessons, quiz_figures, quiz_services, services
from academy.learning.models import CourseCompletion, Enrolment, LessonCompletion, QuizAttempt
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import merging
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory
from tests.lesson_pages import ClosedPages
from tests.quizzes import getter, quiz, right_answers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_pages")]

AT = dt.datetime(2026, 1, 10, 9, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
ENGLISH = "1. Which number?\nA. 110\nB. 119\nAnswer: B\nExplanation: 119 is fire.\n"


def lessons(**terms: Any) -> list[dict[str, Any]]:
    quizzes = {"zh-hans": quiz(**terms).to_json(), "en": quiz(ENGLISH).to_json()}
    return [
        {"key": "a", "title": "甲", "class_hours": 1, "body": "", "quizzes": quizzes},
        {"key": "b", "title": "乙", "class_hours": 1, "body": ""},
    ]


def scene() -> SimpleNamespace:
    community = CommunityFactory()
    publish = {"community": community, "title": "急救", "tier": "beginner", "required": True, "by": None, "at": AT}
    version = services.publish_course(key="first-aid", lessons=lessons(tries=2), **publish)
    other = services.publish_course(
        key="other", lessons=[{**lesson, "key": f"other-{lesson['key']}"} for lesson in lessons()], **publish
    )
    volunteer = VolunteerFactory(community=community, login=True)
    return SimpleNamespace(
        community=community,
        publish=publish,
        course=version.course,
        version=version,
        other=other.course,
        volunteer=volunteer,
    )


@pytest.fixture(scope="module")
def scene_of_quizzes(rows_of_module: Any) -> Any:
    return rows_of_module(scene)


@pytest.fixture
def s(scene_of_quizzes: Any, db: None) -> Any:
    return deepcopy(scene_of_quizzes)


def open_sheet(s: Any, *, language: str = "zh-hans", at: dt.datetime = AT, **changed: Any) -> Any:
    asked = {"volunteer": s.volunteer, "course": s.course, "lesson_key": "a", **changed}
    return quiz_services.open_sheet(language=language, at=at, **asked)


def send(s: Any, sheet: Any, *, wrong: int = 0, at: dt.datetime = AT, **changed: Any) -> Any:
    form = right_answers(sheet.drawn, wrong=wrong) | changed
    return quiz_services.send_answers(volunteer=s.volunteer, sheet=sheet, sent=getter(form), by=s.volunteer.user, at=at)


def code(answer: Any) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


def done(volunteer: Volunteer) -> set[str]:
    return set(LessonCompletion.objects.of(volunteer).values_list("lesson_key", flat=True))


def test_passing_completes_the_lesson_at_once_and_enrols(s: Any) -> None:
    attempt = send(s, open_sheet(s))
    assert (attempt.right, attempt.asked, attempt.passed, attempt.number) == (3, 3, True, 1)
    assert done(s.volunteer) == {"a"}
    assert Enrolment.objects.of(s.volunteer).get().course == s.course
    services.complete_lesson(volunteer=s.volunteer, course=s.course, lesson_key="b", at=AT, by=None)
    assert CourseCompletion.objects.of(s.volunteer).get().course == s.course


def test_the_mark_decides_and_one_right_answer_less_does_not_pass(s: Any) -> None:
    failed = send(s, open_sheet(s), wrong=2)
    assert (failed.right, failed.passed) == (1, False)
    assert done(s.volunteer) == set()
    assert send(s, open_sheet(s), wrong=1).passed  # 60 % of three are two
    assert done(s.volunteer) == {"a"}


def test_the_button_does_not_complete_a_lesson_with_a_quiz(s: Any) -> None:
    answer = services.complete_lesson(volunteer=s.volunteer, course=s.course, lesson_key="a", at=AT, by=None)
    assert code(answer) == "quiz_first"
    assert "甲" in str(answer)


def test_a_form_sent_twice_is_one_try_and_its_first_answers_count(s: Any) -> None:
    sheet = open_sheet(s)
    first = send(s, sheet, wrong=3)
    again = send(s, sheet)
    assert again == first and not again.passed
    assert QuizAttempt.objects.count() == 1


def test_a_try_sent_again_after_the_last_one_is_still_that_try(s: Any) -> None:
    sheet = open_sheet(s)
    first = send(s, sheet, wrong=3)
    send(s, open_sheet(s), wrong=3)
    assert code(open_sheet(s)) == "quiz_tries_used"
    assert send(s, sheet) == first


def test_two_devices_are_two_tries_in_the_order_of_their_arrival(s: Any) -> None:
    phone, tablet = open_sheet(s), open_sheet(s)
    assert phone.drawn == tablet.drawn and phone.key != tablet.key
    later = send(s, tablet, wrong=3)
    sooner = send(s, phone, at=AT + HOUR)
    assert (later.number, sooner.number) == (1, 2)
    assert quiz_services.latest_attempt(volunteer=s.volunteer, lesson_key="a") == sooner


def test_the_tries_of_a_day_are_used_up_and_come_back_at_midnight(s: Any) -> None:
    send(s, open_sheet(s), wrong=3)
    third = open_sheet(s)
    send(s, open_sheet(s), wrong=3)
    refusal = send(s, third)
    assert code(refusal) == code(open_sheet(s)) == "quiz_tries_used"
    assert "1月11日 周日 0:00" in str(refusal)
    midnight = dt.datetime(2026, 1, 10, 16, tzinfo=dt.UTC)
    assert code(open_sheet(s, at=midnight - dt.timedelta(seconds=1))) == "quiz_tries_used"
    assert send(s, open_sheet(s, at=midnight), at=midnight).passed


def test_an_opened_form_shows_the_same_questions_again_and_the_next_try_others(s: Any) -> None:
    assert [one.options for one in open_sheet(s).drawn] == [one.options for one in open_sheet(s).drawn]
    seeds = {open_sheet(s).seed}
    attempt = send(s, open_sheet(s), wrong=3)
    assert attempt.seed in seeds
    assert open_sheet(s).seed not in seeds


def test_a_missing_answer_and_a_forged_one_are_refused_and_no_try(s: Any) -> None:
    sheet = open_sheet(s)
    assert code(send(s, sheet, q2=[])) == "quiz_incomplete"
    assert code(send(s, sheet, q1=["9"])) == "quiz_forged"
    assert code(send(s, sheet, q1=["1", "2"] if len(sheet.drawn[0].options) < 3 else ["x"])) == "quiz_forged"
    assert not QuizAttempt.objects.exists()
    assert send(s, sheet).passed


def test_another_person_answers_for_nobody(s: Any) -> None:
    sheet = open_sheet(s)
    form = getter(right_answers(sheet.drawn))
    answer = quiz_services.send_answers(volunteer=s.volunteer, sheet=sheet, sent=form, by=UserFactory(), at=AT)
    assert code(answer) == "not_yours"


def read_form(s: Any, form: str, **changed: Any) -> Any:
    asked = {"volunteer": s.volunteer, "course": s.course, "lesson_key": "a", **changed}
    return quiz_services.read_form(form=form, **asked)


def test_the_form_names_its_try_and_no_other_name_is_believed(s: Any) -> None:
    sheet = open_sheet(s)
    assert read_form(s, sheet.form) == sheet
    assert code(read_form(s, "x")) == code(read_form(s, sheet.form[:-2])) == "quiz_form_unknown"
    assert code(read_form(s, sheet.form, volunteer=VolunteerFactory(community=s.community))) == "quiz_form_unknown"
    assert code(read_form(s, sheet.form, lesson_key="b")) == "quiz_elsewhere"
    assert code(read_form(s, sheet.form, course=s.other)) == "quiz_elsewhere"


def test_a_form_holds_for_seven_days(s: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = open_sheet(s)
    form, now = sheet.form, time.time()
    monkeypatch.setattr(signing, "time", SimpleNamespace(time=lambda: now + 6.9 * 86_400))
    assert read_form(s, form) == sheet
    monkeypatch.setattr(signing, "time", SimpleNamespace(time=lambda: now + 7.1 * 86_400))
    assert code(read_form(s, form)) == "quiz_form_unknown"


def test_of_two_forms_of_one_draw_the_first_alone_counts(s: Any) -> None:
    version = services.publish_course(key="first-aid", lessons=lessons(pool=2), **s.publish)
    first, second = open_sheet(s), open_sheet(s)
    assert first.version == version and first.drawn == second.drawn
    failed = send(s, first, wrong=2)
    assert code(send(s, second)) == "quiz_form_unknown"
    assert send(s, first) == failed
    assert send(s, open_sheet(s)).passed


def test_the_seed_stays_with_the_server(s: Any) -> None:
    sheet = open_sheet(s)
    assert sheet.seed not in sheet.form


def test_the_version_that_the_form_showed_is_graded_after_a_new_one(s: Any) -> None:
    sheet = open_sheet(s)
    services.publish_course(
        key="first-aid", lessons=[{**lessons()[0], "quizzes": {"zh-hans": quiz(ENGLISH).to_json()}}], **s.publish
    )
    attempt = send(s, sheet)
    assert (attempt.version, attempt.asked, attempt.passed) == (s.version, 3, True)
    assert done(s.volunteer) == {"a"}
    assert [one.question.stem for one in quiz_services.graded_answers(attempt)] == [
        one.question.stem for one in sheet.drawn
    ]


def test_a_lesson_that_closed_meanwhile_keeps_the_try_and_counts_once_it_is_open(
    s: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = open_sheet(s)
    monkeypatch.setattr(open_lessons, "_pages", [ClosedPages()])
    assert send(s, sheet).passed
    assert done(s.volunteer) == set()
    monkeypatch.setattr(open_lessons, "_pages", [])
    services.complete_lesson(volunteer=s.volunteer, course=s.course, lesson_key="a", at=AT, by=None)
    assert done(s.volunteer) == {"a"}


def test_a_lesson_without_a_quiz_has_no_form(s: Any) -> None:
    assert code(open_sheet(s, volunteer=VolunteerFactory())) == "course_elsewhere"
    assert code(open_sheet(s, lesson_key="b")) == code(open_sheet(s, lesson_key="z")) == "no_quiz"


def test_the_quiz_is_asked_in_the_readers_language_and_passing_counts_in_all(s: Any) -> None:
    english, other = open_sheet(s, language="en"), open_sheet(s, language="fr")
    assert (english.language, len(english.drawn)) == ("en", 1)
    assert (other.language, len(other.drawn)) == ("zh-hans", 3)
    send(s, english)
    assert done(s.volunteer) == {"a"}


def test_a_quiz_added_to_a_lesson_that_is_done_asks_nobody_again(s: Any) -> None:
    course = s.other
    plain = [{"key": "p", "title": "丙", "class_hours": 1, "body": ""}]
    services.publish_course(key="other", lessons=plain, whole=False, **s.publish)
    services.complete_lesson(volunteer=s.volunteer, course=course, lesson_key="p", at=AT, by=None)
    further = [{**plain[0], "quizzes": {"zh-hans": quiz().to_json()}}, {**plain[0], "key": "q"}]
    services.publish_course(key="other", lessons=further, **s.publish)
    services.complete_lesson(volunteer=s.volunteer, course=course, lesson_key="q", at=AT, by=None)
    assert CourseCompletion.objects.of(s.volunteer).get().course == course


def test_a_form_of_one_who_was_merged_since_is_still_theirs(s: Any) -> None:
    sheet = open_sheet(s)
    stays = VolunteerFactory(community=s.community)
    worker = UserFactory(duties=[(s.community, DutyRole.SOCIAL_WORKER)])
    merging.merge(volunteer=s.volunteer, into=stays, by=worker, at=AT)
    stays.refresh_from_db()
    assert read_form(s, sheet.form, volunteer=stays) == sheet
    answer = quiz_services.send_answers(
        volunteer=stays, sheet=sheet, sent=getter(right_answers(sheet.drawn)), by=stays.user, at=AT
    )
    assert answer.passed
    assert done(stays) == {"a"}


def test_a_try_is_a_fact_and_its_key_is_taken_once(s: Any) -> None:
    attempt = send(s, open_sheet(s))
    fields = {
        field.attname: getattr(attempt, field.attname) for field in QuizAttempt._meta.fields if field.name != "id"
    }
    for changed in ({}, {"key": "another"}, {"number": 2}, {"key": "another", "number": 2, "right": 4}):
        with pytest.raises(IntegrityError), transaction.atomic():
            QuizAttempt.objects.create(**fields | changed)
    QuizAttempt.objects.create(**fields | {"key": "another", "number": 2, "right": 3})
    with pytest.raises(DatabaseError), transaction.atomic():
        QuizAttempt.objects.filter(pk=attempt.pk).update(passed=False)


def test_figures_count_the_first_answer_of_each_person_and_name_the_wrong_ones(s: Any) -> None:
    send(s, open_sheet(s), wrong=3)
    send(s, open_sheet(s))
    other = VolunteerFactory(community=s.community, login=True)
    s.volunteer = other
    send(s, open_sheet(s))
    figures = {one.question.stem: one for one in quiz_figures.questions_of(s.course, "a")}
    truth = figures["电梯着火时可以乘坐。"]
    assert (truth.people, truth.right, truth.percent, truth.wrong) == (2, 1, 50, [("对", 1)])
    assert truth.wanted == "错"
    assert figures["Which number?"].people == 0
    (tried,) = quiz_figures.quizzes_tried([s.community])
    assert (tried.title, tried.people, tried.passed) == ("甲", 2, 2)


def test_figures_keep_a_question_that_is_no_longer_asked(s: Any) -> None:
    send(s, open_sheet(s))
    services.publish_course(
        key="first-aid", lessons=[{**lessons()[0], "quizzes": {"zh-hans": quiz(ENGLISH).to_json()}}], **s.publish
    )
    figures = quiz_figures.questions_of(s.course, "a")
    assert [one.is_asked for one in figures] == [True, False, False, False]
    assert quiz_figures.quizzes_tried([CommunityFactory()]) == []
