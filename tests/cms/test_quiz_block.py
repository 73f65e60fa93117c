"""A quiz in the editor: pasted text becomes questions, and each fault is named where it stands."""

from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook
from wagtail.blocks import StructBlockValidationError

from academy.learning.quiz.questions import Kind, Option, Question
from academy.people.permissions import DutyRole
from cms import quizzes
from cms.founding import academy_of
from cms.models import CoursePage, LessonPage
from cms.quiz_admin_views import LOCKED
from cms.quiz_block import QuizBlock, quiz_of, read_text, written_quiz
from cms.writing import write_course
from tests.answers import messages_of
from tests.factories import UserFactory, course_text, found
from tests.pages import text_of
from tests.quizzes import TEXT

BLOCK = QuizBlock()
QUESTION = {"kind": "single", "stem": "选", "options": [{"text": "甲", "right": True}, {"text": "乙"}]}


def value(**changed: Any) -> Any:
    return BLOCK.to_python({"questions": [QUESTION], **changed})


def errors(sent: Any) -> dict[str, list[str]]:
    with pytest.raises(StructBlockValidationError) as refused:
        BLOCK.clean(sent)
    return {name: _messages(error) for name, error in refused.value.block_errors.items()}


def _messages(error: ValidationError) -> list[str]:
    inner: Any = getattr(error, "block_errors", None)
    if inner is None:
        return [str(one) for one in error.messages]
    return [message for one in inner.values() for wrong in one.non_block_errors.as_data() for message in wrong.messages]


def test_pasted_text_becomes_questions_that_are_edited_one_by_one() -> None:
    cleaned = BLOCK.clean(value(pasted=TEXT, questions=[]))
    assert cleaned["pasted"] == ""
    quiz = quiz_of(cleaned)
    assert [question.kind for question in quiz.questions] == [Kind.SINGLE, Kind.MULTIPLE, Kind.TRUE_FALSE]
    assert quiz_of(BLOCK.to_python(BLOCK.get_prep_value(cleaned))) == quiz
    assert BLOCK.clean(cleaned)["questions"][0]["why"] == "119 是火警。"


def test_pasted_text_joins_the_questions_that_are_there() -> None:
    assert len(BLOCK.clean(value(pasted=TEXT))["questions"]) == 4


def test_rows_copied_from_a_spreadsheet_are_read_too() -> None:
    cleaned = BLOCK.clean(value(pasted="题目\t选项A\t选项B\t答案\n火警\t110\t119\tB", questions=[]))
    assert quiz_of(cleaned).questions[0].right == (1,)


def test_too_many_pasted_rows_are_refused_before_they_are_read() -> None:
    text = "题目\t选项A\t选项B\t答案\n" + "火警\t110\t119\tB\n" * 10_000
    (fault,) = read_text(text).faults
    assert (fault.code, fault.detail) == ("too_long", "100000")
    assert len(errors(value(pasted=text))["pasted"]) == 1
    assert BLOCK.clean_deferred(value(pasted=text))["pasted"].startswith("题目")  # a draft keeps it


def test_text_with_a_fault_stays_and_the_fault_is_named_with_its_line() -> None:
    sent = value(pasted="1. 选\nA. 甲\nB. 甲\n答案：A", questions=[])
    (sentence,) = errors(sent)["pasted"]
    assert "1" in sentence
    BLOCK.defer_required_validation()
    try:
        assert BLOCK.clean(sent)["pasted"].startswith("1. 选")
    finally:
        BLOCK.restore_deferred_validation()


@pytest.mark.parametrize(
    "question",
    [
        pytest.param({**QUESTION, "options": [{"text": "甲"}, {"text": "乙"}]}, id="no right answer"),
        pytest.param({**QUESTION, "options": [{"text": "甲", "right": True}, {"text": "甲"}]}, id="two equal options"),
        pytest.param({**QUESTION, "options": [{"text": "甲", "right": True}]}, id="one option"),
        pytest.param({**QUESTION, "stem": ""}, id="no question"),
        pytest.param({"kind": "true_false", "stem": "对吗"}, id="neither true nor false"),
    ],
)
def test_a_bad_question_is_refused_where_it_stands_and_a_draft_keeps_it(question: dict[str, Any]) -> None:
    sent = value(questions=[question])
    assert len(errors(sent)["questions"]) == 1
    assert len(BLOCK.clean_deferred(sent)["questions"]) == 1


@pytest.mark.parametrize("terms", [{"pool": 2}, {"pass_mark": 2}, {"pass_mark": 0}, {"tries": 0}])
def test_terms_that_cannot_be_met_are_refused_at_their_field(terms: dict[str, int]) -> None:
    assert list(errors(value(**terms))) == list(terms)
    assert BLOCK.clean_deferred(value(**terms))


def test_a_quiz_without_a_question_is_refused() -> None:
    assert list(errors(value(questions=[]))) == ["pasted"]


def test_an_empty_row_of_options_is_no_option() -> None:
    cleaned = BLOCK.clean(value(questions=[{**QUESTION, "options": [*QUESTION["options"], {"text": ""}]}]))
    assert len(quiz_of(cleaned).questions[0].options) == 2


def test_the_search_finds_no_answer() -> None:
    assert BLOCK.get_searchable_content(value()) == []


def test_a_program_writes_a_quiz_and_gets_every_fault() -> None:
    assert len(written_quiz(TEXT, tries=3)["questions"]) == 3
    with pytest.raises(ValueError, match="119"):
        written_quiz("1. 火警\nA. 110\nB. 119\n答案：119 吧")


def workbook(*rows: tuple[Any, ...]) -> SimpleUploadedFile:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = BytesIO()
    book.save(content)
    return SimpleUploadedFile("题库.xlsx", content.getvalue())


HEAD = ("题型", "题目", "选项A", "选项B", "答案", "解析")


@pytest.mark.django_db
@pytest.mark.slow
class TestQuizFromFile:
    @pytest.fixture
    def lesson(self) -> LessonPage:
        course: CoursePage = write_course(academy_page=academy_of(found()), text=course_text(), by=None)
        lesson: LessonPage = LessonPage.objects.child_of(course).first()
        return lesson

    @pytest.fixture
    def trainer(self, lesson: LessonPage, client: Client) -> Client:
        client.force_login(UserFactory(duties=[(lesson.home.community, DutyRole.TRAINER)]))
        return client

    def test_a_spreadsheet_becomes_the_quiz_of_the_draft(self, trainer: Client, lesson: LessonPage) -> None:
        address = reverse("quiz_from_file", args=[lesson.pk])
        rows = (HEAD, ("单选题", "火警电话", 110, 119, "B", "记住"), ("判断", "可以坐电梯", None, None, "错", None))
        for times in (1, 2):
            answer = trainer.post(address, {"file": workbook(*rows)})
            assert answer["Location"] == reverse("wagtailadmin_pages:edit", args=[lesson.pk])
            draft = LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object()
            assert [block.block_type for block in draft.body] == ["text", "quiz"]
            assert len(draft.body[1].value["questions"]) == 2 * times
        assert quiz_of(draft.body[1].value).questions[0].options[1].text == "119"
        assert not any(block.block_type == "quiz" for block in LessonPage.objects.get(pk=lesson.pk).body)

    def test_faults_are_named_with_their_lines_and_nothing_is_saved(self, trainer: Client, lesson: LessonPage) -> None:
        address = reverse("quiz_from_file", args=[lesson.pk])
        bad = ("单选题", "急救", "120", "120", "A", "")
        answer = trainer.post(address, {"file": workbook(HEAD, ("单选题", "火警", "110", "119", "B", ""), bad)})
        assert len(answer.context["faults"]) == 1 and "3" in answer.context["faults"][0]
        text = trainer.post(address, {"text": "1. 选\nA. 甲\nB. 乙"})
        assert "1. 选" in text_of(text)
        assert len(text.context["faults"]) == 1
        assert trainer.post(address, {"file": SimpleUploadedFile("a.xls", b"\xd0\xcf\x11\xe0" * 200)}).context[
            "unreadable"
        ]
        assert LessonPage.objects.get(pk=lesson.pk).revisions.count() == 1

    def test_the_editor_names_its_faults_and_leads_to_the_file(self, trainer: Client, lesson: LessonPage) -> None:
        editor = trainer.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk]))
        assert reverse("quiz_from_file", args=[lesson.pk]) in editor.content.decode()

    def test_a_lesson_under_review_says_why_no_questions_are_added(self, trainer: Client, lesson: LessonPage) -> None:
        address, editor = (reverse(name, args=[lesson.pk]) for name in ("quiz_from_file", "wagtailadmin_pages:edit"))
        draft = lesson.save_revision()
        lesson.get_workflow().start(lesson, None)

        assert address not in text_of(trainer.get(editor))
        assert "这一节正在审核，现在不能加题目" in text_of(trainer.get(editor))
        for answer in (trainer.get(address), trainer.post(address, {"text": "1. 选\nA. 甲\nB. 乙"})):
            assert answer["Location"] == editor
        assert messages_of(answer)[-1:] == [str(LOCKED)]
        assert lesson.revisions.latest("pk") == draft


def test_a_result_marks_the_right_place_of_a_picture_and_the_chosen_one() -> None:
    options = (Option("灭火器箱", cell="B3"), Option("配电箱", cell="D1"), Option("木门", cell="C2"))
    spot = Question(Kind.SPOT, "灭火器在哪里？", options, (0,), image=1, alt="楼道")
    assert quizzes._marks(spot, (1,)) == [("B3", True), ("D1", False)]
    assert quizzes._marks(spot, (0,)) == [("B3", True)]
    assert quizzes._marks(Question(Kind.SINGLE, "电话？", options, (0,)), (1,)) == []
