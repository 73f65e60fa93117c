"""Figures of quizzes, without names: who got a question right at first, and what the others answered."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery

from academy.core.models import Community
from academy.learning import quiz_words
from academy.learning.models import Course, CourseVersion, QuizAttempt
from academy.learning.quiz.questions import Question, Quiz

MOST_WRONG = 5  # wrong answers that are listed


@dataclass(frozen=True)
class QuizFigures:
    """A quiz that people tried, in how many they are."""

    course: Course
    lesson_key: str
    title: str
    people: int
    passed: int


@dataclass
class QuestionFigures:
    """A question, with the people's first answers to it."""

    question: Question
    is_asked: bool  # by the current version
    people: int = 0
    right: int = 0
    _wrong: Counter[str] = field(default_factory=Counter)

    @property
    def percent(self) -> int:
        return 100 * self.right // self.people if self.people else 0

    @property
    def wanted(self) -> str:
        return quiz_words.answer_text(self.question, quiz_words.right_answer(self.question))

    @property
    def wrong(self) -> list[tuple[str, int]]:
        """The wrong answers in words, the most frequent first."""
        return self._wrong.most_common(MOST_WRONG)

    def add(self, given: tuple[int, ...], is_right: bool) -> None:
        self.people += 1
        self.right += is_right
        if not is_right:
            self._wrong[quiz_words.answer_text(self.question, given)] += 1


def quizzes_tried(communities: Iterable[Community]) -> list[QuizFigures]:
    """Return the quizzes of these communities that people tried, by course, in two statements."""
    tried = (
        QuizAttempt.objects.filter(course__community__in=communities)
        .with_person()
        .values("course", "lesson_key")
        .annotate(people=Count("person", distinct=True), done=Count("person", filter=Q(passed=True), distinct=True))
    )
    rows = {(row["course"], row["lesson_key"]): (row["people"], row["done"]) for row in tried}
    found = []
    for version in _current({course for course, _key in rows}):
        for lesson in version.lessons:
            if (figures := rows.get((version.course_id, lesson["key"]))) is not None:
                found.append(QuizFigures(version.course, lesson["key"], lesson["title"], *figures))
    return found


def questions_of(course: Course, lesson_key: str) -> list[QuestionFigures]:
    """Return the figures of each question of a quiz: those asked now in their order, then earlier ones."""
    found: dict[str, QuestionFigures] = {}
    for version in _current({course.pk}):
        for quiz in _quizzes(version, lesson_key):
            found |= {one.key: QuestionFigures(one, is_asked=True) for one in quiz.questions if one.key not in found}
    tried = QuizAttempt.objects.filter(course=course, lesson_key=lesson_key).with_person()
    earlier = CourseVersion.objects.filter(pk__in=tried.order_by().values("version")).order_by("-number")
    for version in earlier:
        for quiz in _quizzes(version, lesson_key):
            for one in quiz.questions:
                found.setdefault(one.key, QuestionFigures(one, is_asked=False))
    answered: set[tuple[int, str]] = set()
    for person, answers in tried.order_by("sent_at", "pk").values_list("person", "answers").iterator():
        for answer in answers:
            first = (person, answer["question"])
            if first not in answered and answer["question"] in found:
                answered.add(first)
                found[answer["question"]].add(tuple(answer["given"]), answer["right"])
    return [figures for figures in found.values() if figures.is_asked or figures.people]


def _current(courses: set[int]) -> Iterator[CourseVersion]:
    latest = CourseVersion.objects.filter(course=OuterRef("course")).order_by("-number").values("number")[:1]
    versions = CourseVersion.objects.filter(course__in=courses, number=Subquery(latest)).select_related("course")
    yield from versions.order_by("course__title", "course")


def _quizzes(version: CourseVersion, lesson_key: str) -> list[Quiz]:
    lesson: dict[str, Any] = next((one for one in version.lessons if one["key"] == lesson_key), {})
    return [Quiz.from_json(quiz) for quiz in (lesson.get("quizzes") or {}).values()]
