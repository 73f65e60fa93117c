"""A quiz as data: questions of six kinds, the terms of passing, and the faults of both.

The standard library alone. A lesson's version holds a quiz as JSON (`to_json`, `from_json`).
"""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

PASS_PERCENT = 60  # T4: where a quiz states no mark of its own
COLUMNS, ROWS = "ABCD", "1234"  # the cells of a picture: A1 is at the top on the left
CELLS = tuple(column + row for row in ROWS for column in COLUMNS)


class Kind(StrEnum):
    """The way in which a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    ORDER = "order"
    MATCHING = "matching"
    SPOT = "spot"


@dataclass(frozen=True)
class Fault:
    """A reason why a quiz cannot be used. `code` is stable; people read a sentence made of the rest."""

    code: str
    number: str = ""  # of the question, as it was written or counted; empty: of the whole quiz
    line: int = 0  # of the pasted text or the spreadsheet; 0: not read from one
    detail: str = ""


@dataclass(frozen=True)
class Option:
    """A possible answer. `match` belongs to it in a matching question, `cell` is its place on a picture."""

    text: str
    match: str = ""
    cell: str = ""


TRUE, FALSE = Option("true"), Option("false")


@dataclass(frozen=True)
class Question:
    """One question.

    `right` holds the places of the right options, from 0. An order has its options in the right order, a matching
    question has each option beside its match: both have no `right`. A true-or-false question has no options of its
    own: place 0 is true, 1 is false.
    """

    kind: Kind
    stem: str
    options: tuple[Option, ...] = ()
    right: tuple[int, ...] = ()
    why: str = ""
    image: int | None = None
    alt: str = ""

    @property
    def choices(self) -> tuple[Option, ...]:
        return (TRUE, FALSE) if self.kind is Kind.TRUE_FALSE else self.options

    @cached_property
    def key(self) -> str:
        """The name of this question in all versions that ask it in the same way."""
        asked = [
            self.kind,
            self.stem,
            [[one.text, one.match, one.cell] for one in self.options],
            self.right,
            self.image,
        ]
        return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()[:16]

    def to_json(self) -> dict[str, Any]:
        options = [
            {name: text for name in ("text", "match", "cell") if (text := getattr(one, name))} for one in self.options
        ]
        found: dict[str, Any] = {
            "kind": str(self.kind),
            "stem": self.stem,
            "options": options,
            "right": list(self.right),
        }
        return found | {name: value for name in ("why", "image", "alt") if (value := getattr(self, name))}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Question":
        options = tuple(
            Option(one.get("text", ""), one.get("match", ""), one.get("cell", "")) for one in data["options"]
        )
        return cls(
            Kind(data["kind"]),
            data["stem"],
            options,
            tuple(data["right"]),
            data.get("why", ""),
            data.get("image"),
            data.get("alt", ""),
        )


@dataclass(frozen=True)
class Quiz:
    """The questions of a lesson, and the terms of passing.

    `pool` is how many questions a try asks, drawn from all; None asks all. `pass_mark` is how many right answers pass;
    None means 60 % of those asked, rounded up (T4). `tries` is how many a day has; None means as many as one likes.
    """

    questions: tuple[Question, ...] = field(default=())
    pass_mark: int | None = None
    tries: int | None = None
    pool: int | None = None
    shuffle: bool = True

    @property
    def asked(self) -> int:
        """The number of questions in one try."""
        return min(self.pool or len(self.questions), len(self.questions))

    @property
    def needed(self) -> int:
        """The number of right answers that pass."""
        return self.pass_mark or math.ceil(self.asked * PASS_PERCENT / 100)

    def to_json(self) -> dict[str, Any]:
        return {
            "questions": [question.to_json() for question in self.questions],
            "pass_mark": self.pass_mark,
            "tries": self.tries,
            "pool": self.pool,
            "shuffle": self.shuffle,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Quiz":
        questions = tuple(Question.from_json(one) for one in data["questions"])
        return cls(questions, data["pass_mark"], data["tries"], data["pool"], data["shuffle"])


def faults_of(question: Question) -> Iterator[str]:
    """Yield the codes of what is wrong with a question by itself."""
    if not question.stem.strip():
        yield "no_stem"
    if question.kind is Kind.TRUE_FALSE:
        if len(question.right) != 1 or question.right[0] not in (0, 1):
            yield "no_right"
        return
    if len(question.options) < 2:
        yield "one_option" if question.options else "no_options"
    if any(not option.text.strip() for option in question.options):
        yield "empty_option"
    if _has_equals(option.text for option in question.options):
        yield "equal_options"
    yield from _FURTHER.get(question.kind, _chosen)(question)


def faults_of_quiz(quiz: Quiz) -> Iterator[Fault]:
    """Yield all that is wrong with a quiz, question by question and then in its terms."""
    for number, question in enumerate(quiz.questions, start=1):
        yield from (Fault(code, str(number)) for code in faults_of(question))
    if not quiz.questions:
        yield Fault("no_questions")
        return
    keys: set[str] = set()
    for number, question in enumerate(quiz.questions, start=1):
        if question.key in keys:
            yield Fault("asked_twice", str(number))
        keys.add(question.key)
    yield from faults_of_terms(quiz)


def faults_of_terms(quiz: Quiz) -> Iterator[Fault]:
    """Yield what is wrong with pool, pass mark and tries."""
    if quiz.pool is not None and quiz.pool > len(quiz.questions):
        yield Fault("pool_too_large", detail=str(len(quiz.questions)))
    if quiz.pass_mark is not None and quiz.pass_mark > quiz.asked:
        yield Fault("pass_mark_too_high", detail=str(quiz.asked))
    for name in ("pool", "pass_mark", "tries"):
        if getattr(quiz, name) is not None and getattr(quiz, name) < 1:
            yield Fault(f"{name}_below_one")


def _chosen(question: Question) -> Iterator[str]:
    if not question.right:
        yield "no_right"
    if question.kind is not Kind.MULTIPLE and len(question.right) > 1:
        yield "several_right"


def _ordered(question: Question) -> Iterator[str]:
    if len(question.options) == 2:
        yield "order_of_two"


def _matched(question: Question) -> Iterator[str]:
    if any(not option.match.strip() for option in question.options):
        yield "no_match"
    elif len(question.options) > 1 and len({_same(option.match) for option in question.options}) < 2:
        yield "equal_matches"


def _spotted(question: Question) -> Iterator[str]:
    yield from _chosen(question)
    if question.image is None:
        yield "no_picture"
    elif not question.alt.strip():
        yield "no_alt"
    if any(option.cell not in CELLS for option in question.options):
        yield "no_cell"
    elif _has_equals(option.cell for option in question.options):
        yield "equal_cells"


_FURTHER = {Kind.ORDER: _ordered, Kind.MATCHING: _matched, Kind.SPOT: _spotted}


def _same(text: str) -> str:
    """Return what two texts have in common that readers take for the same."""
    return "".join(text.split()).rstrip("。.;；").casefold()


def _has_equals(texts: Iterator[str]) -> bool:
    filled = [same for text in texts if (same := _same(text))]
    return len(set(filled)) < len(filled)
