"""Draw the questions of one try, read its answers, and grade them. The standard library alone.

A form names questions and options by the places in which this try shows them. Only the server knows
the seed that leads back from them.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from academy.learning.quiz.questions import Kind, Question, Quiz

# “All of the above” makes sense at the end alone.
_STAYS_LAST = re.compile(r"(?:以上|上述|前面)|(?:all|none|both|neither) of (?:the|these)", re.IGNORECASE)

Given = tuple[int, ...]  # places of options as the author wrote them
Sent = Callable[[str], Sequence[str]]  # the values that a form sent by a name


@dataclass(frozen=True)
class Drawn:
    """A question as one try shows it: `options` and `matches` are the author's places, in the order shown."""

    name: str  # of its fields: q1, q2 …
    question: Question
    options: Given
    matches: Given = ()

    def field(self, shown: int) -> str:
        """Return the name of the select of the option that is shown at this place, from 1."""
        return f"{self.name}-{shown}"


@dataclass(frozen=True)
class Answers:
    """The answers of a form, in the order of the questions; `None` for one that is missing."""

    given: tuple[Given | None, ...]
    missing: tuple[int, ...] = ()  # places of questions without a whole answer, from 0
    forged: bool = False  # a value that no form of ours sends


def draw(quiz: Quiz, seed: str) -> list[Drawn]:
    """Return the questions of the try with this seed, always the same for it."""
    places = list(range(len(quiz.questions)))
    if quiz.asked < len(places):
        places = sorted(_mixed(places, seed, "pool")[: quiz.asked])
    if quiz.shuffle:
        places = _mixed(places, seed, "questions")
    return [_drawn(f"q{number}", quiz, place, f"{seed}:{place}") for number, place in enumerate(places, start=1)]


def read_answers(drawn: Sequence[Drawn], sent: Sent) -> Answers:
    """Return what a form answered, by the places that the author gave the options."""
    given: list[Given | None] = []
    missing, forged = [], False
    for place, one in enumerate(drawn):
        try:
            answer = _READERS.get(one.question.kind, _read_choice)(one, sent)
        except ValueError:
            answer, forged = None, True
        given.append(answer)
        if answer is None:
            missing.append(place)
    return Answers(tuple(given), tuple(missing), forged)


def is_right(question: Question, given: Given) -> bool:
    """Return whether an answer is right as a whole; no part of one counts."""
    match question.kind:
        case Kind.ORDER:
            return given == tuple(range(len(question.options)))
        case Kind.MATCHING:
            wanted = [option.match for option in question.options]
            return [question.options[place].match for place in given] == wanted
        case _:
            return set(given) == set(question.right)


def _drawn(name: str, quiz: Quiz, place: int, seed: str) -> Drawn:
    question = quiz.questions[place]
    options = list(range(len(question.choices)))
    if question.kind is Kind.ORDER or (quiz.shuffle and question.kind not in (Kind.TRUE_FALSE, Kind.SPOT)):
        last = [option for option in options if _STAYS_LAST.match(question.options[option].text.strip())]
        last = [] if question.kind is Kind.ORDER else last
        options = [*_mixed([one for one in options if one not in last], seed, "options"), *last]
    if question.kind is not Kind.MATCHING:
        return Drawn(name, question, tuple(options))
    distinct = {question.options[one].match: one for one in reversed(range(len(question.options)))}
    return Drawn(name, question, tuple(options), tuple(_mixed(sorted(distinct.values()), seed, "matches")))


def _mixed(places: Sequence[int], seed: str, what: str) -> list[int]:
    # No `random.shuffle`: its order may change with a release of Python, and a stored seed must not.
    return sorted(places, key=lambda place: hashlib.sha256(f"{seed}:{what}:{place}".encode()).digest())


def _place(value: str, shown: Given) -> int:
    """Return the author's place of the option shown at this place, or raise `ValueError`."""
    if not (value.isascii() and value.isdecimal() and len(value) <= 3 and 1 <= int(value) <= len(shown)):
        raise ValueError(value)
    return shown[int(value) - 1]


def _read_choice(one: Drawn, sent: Sent) -> Given | None:
    values = [value for value in sent(one.name) if value]
    if one.question.kind is not Kind.MULTIPLE and len(values) > 1:
        raise ValueError(values)
    return tuple(sorted({_place(value, one.options) for value in values})) or None


def _selected(one: Drawn, sent: Sent, shown: Given) -> list[int | None]:
    found: list[int | None] = []
    for number in range(1, len(one.options) + 1):
        values = [value for value in sent(one.field(number)) if value]
        if len(values) > 1:
            raise ValueError(values)
        found.append(_place(values[0], shown) if values else None)
    return found


def _read_order(one: Drawn, sent: Sent) -> Given | None:
    count = len(one.options)
    ranks = _selected(one, sent, tuple(range(count)))
    if set(ranks) != set(range(count)):
        return None
    return tuple(one.options[ranks.index(rank)] for rank in range(count))


def _read_matching(one: Drawn, sent: Sent) -> Given | None:
    chosen = dict(zip(one.options, _selected(one, sent, one.matches), strict=True))
    whole = tuple(place for option in sorted(chosen) if (place := chosen[option]) is not None)
    return whole if len(whole) == len(one.options) else None


_READERS = {Kind.ORDER: _read_order, Kind.MATCHING: _read_matching}
