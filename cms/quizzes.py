"""The quizzes of lessons: as a version freezes them, and as the pages of a try show them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.images.models import Image

from academy.learning import quiz_services, quiz_words
from academy.learning.models import QuizAttempt
from academy.learning.quiz.grading import Drawn, Sent
from academy.learning.quiz.questions import Kind, Question, Quiz, faults_of_quiz, faults_of_terms
from cms.models import CoursePage, LessonPage
from cms.quiz_block import quiz_of


def quiz_on(page: LessonPage) -> Quiz | None:
    """Return the quiz of a lesson's page; None without one, or with one that cannot be answered."""
    for block in page.body:
        if block.block_type == "quiz":
            quiz = quiz_of(block.value)
            # A page written by program may hold a quiz that the editor refuses.
            return None if any(faults_of_quiz(quiz)) else quiz
    return None


def frozen_quizzes(page: LessonPage, original: CoursePage) -> dict[str, Any]:
    """Return what a version keeps of the lesson's quiz: one by language, that of the original first.

    The original's terms hold in every language. A translation with too few questions for them is left out.
    """
    quiz = quiz_on(page)
    if quiz is None:
        return {}
    quizzes = {page.locale.language_code: quiz.to_json()}
    below = Q(pk__in=[])
    for path in original.family.filter(live=True).exclude(pk=original.pk).values_list("path", flat=True):
        below |= Q(path__startswith=path)
    translated = LessonPage.objects.filter(below, translation_key=page.key, alias_of=None, live=True)
    for other in translated.select_related("locale").order_by("pk"):
        if (in_words := quiz_on(other)) is None:
            continue
        in_words = replace(in_words, pass_mark=quiz.pass_mark, tries=quiz.tries, pool=quiz.pool)
        if not any(faults_of_terms(in_words)):
            quizzes.setdefault(other.locale.language_code, in_words.to_json())
    return {"quizzes": quizzes}


@dataclass(frozen=True)
class Choice:
    """An option as a form shows it."""

    value: int
    text: str
    chosen: bool = False
    cell: str = ""


@dataclass(frozen=True)
class Select:
    """An option with a list of places or matches to choose from."""

    name: str
    text: str
    choices: Sequence[Choice]


@dataclass(frozen=True)
class ShownQuestion:
    """A question as a form shows it, with what was chosen before."""

    name: str
    question: Question
    how: str
    choices: Sequence[Choice] = ()
    selects: Sequence[Select] = ()
    picture: Any = None
    is_missing: bool = False

    @property
    def many(self) -> bool:
        return self.question.kind is Kind.MULTIPLE

    @property
    def described_by(self) -> str:
        """The ids of the sentences that explain the question: what is missing, and how to answer."""
        missing, how = [f"{self.name}-missing"] * self.is_missing, [f"{self.name}-how"] * bool(self.how)
        return " ".join(missing + how)


@dataclass(frozen=True)
class GradedQuestion:
    """A question with its answer, after grading."""

    question: Question
    is_right: bool
    given: str
    wanted: str
    picture: Any = None
    marks: list[tuple[str, bool]] = field(default_factory=list)  # on a picture: a cell, and whether it is right


def asked(sheet: quiz_services.Sheet, sent: Sent, missing: Sequence[int] = ()) -> list[ShownQuestion]:
    """Return the questions of a try for its form; `sent` are the values to choose again."""
    pictures = _pictures(one.question for one in sheet.drawn)
    return [
        _asked(one, sent, pictures.get(one.question.image or 0), place in missing)
        for place, one in enumerate(sheet.drawn)
    ]


def answered(attempt: QuizAttempt) -> list[GradedQuestion]:
    """Return the questions of a graded try with what was answered, what is right and why."""
    graded = quiz_services.graded_answers(attempt)
    pictures = _pictures(one.question for one in graded)
    return [
        GradedQuestion(
            one.question,
            one.is_right,
            quiz_words.answer_text(one.question, one.given),
            quiz_words.answer_text(one.question, quiz_words.right_answer(one.question)),
            pictures.get(one.question.image or 0),
            _marks(one.question, one.given),
        )
        for one in graded
    ]


def _marks(question: Question, given: Sequence[int]) -> list[tuple[str, bool]]:
    """Return the places of the right spot and of the chosen one; the form showed numbers instead of names."""
    if question.kind is not Kind.SPOT:
        return []
    places = [place for place in dict.fromkeys((*question.right, *given)) if place < len(question.choices)]
    return [(question.choices[place].cell, place in question.right) for place in places]


def _asked(one: Drawn, sent: Sent, picture: Any, is_missing: bool) -> ShownQuestion:
    question = one.question
    how = quiz_words.how_to_answer(question)
    if question.kind in (Kind.ORDER, Kind.MATCHING):
        return ShownQuestion(
            one.name, question, how, selects=_selects(one, sent), picture=picture, is_missing=is_missing
        )
    before = sent(one.name)
    choices = [
        Choice(
            number,
            quiz_words.option_text(question, question.choices[place]),
            str(number) in before,
            question.choices[place].cell,
        )
        for number, place in enumerate(one.options, start=1)
    ]
    return ShownQuestion(one.name, question, how, choices=choices, picture=picture, is_missing=is_missing)


def _selects(one: Drawn, sent: Sent) -> list[Select]:
    question = one.question
    count = len(one.options)
    offered = (
        [_("%(place)d of %(count)d") % {"place": place, "count": count} for place in range(1, count + 1)]
        if question.kind is Kind.ORDER
        else [question.options[place].match for place in one.matches]
    )
    return [
        Select(
            one.field(number),
            question.options[place].text,
            [
                Choice(value, text, [str(value)] == list(sent(one.field(number))))
                for value, text in enumerate(offered, start=1)
            ],
        )
        for number, place in enumerate(one.options, start=1)
    ]


def _pictures(questions: Any) -> dict[int, Any]:
    wanted = {question.image for question in questions if question.image}
    return {image.pk: image for image in Image.objects.filter(pk__in=wanted)} if wanted else {}
