"""Quizzes for tests: their text, and forms with right or wrong answers."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse

from academy.learning.quiz.grading import Drawn
from academy.learning.quiz.pasted import read_pasted
from academy.learning.quiz.questions import Kind, Question, Quiz

TEXT = """
1. 火警电话是（ ）
A. 110
B. 119
C. 120
答案：B
解析：119 是火警。
2. 哪些是志愿服务的要点
A. 自愿
B. 有偿
C. 公益
答案：AC
3. 电梯着火时可以乘坐。
答案：错
"""


def quiz(text: str = TEXT, **terms: Any) -> Quiz:
    """Return the quiz of a text without faults."""
    reading = read_pasted(text)
    assert not reading.faults, reading.faults
    return Quiz(reading.questions, **terms)


def right_answers(drawn: Sequence[Drawn], *, wrong: int = 0) -> dict[str, list[str]]:
    """Return what a form sends that has all answers right but the first `wrong` ones."""
    form: dict[str, list[str]] = {}
    for number, one in enumerate(drawn):
        form |= _answer(one, is_right=number >= wrong)
    return form


def getter(form: dict[str, list[str]]) -> Callable[[str], list[str]]:
    return lambda name: form.get(name, [])


def form_of(response: HttpResponse) -> str:
    """Return the signed name of the try in a page."""
    found = re.search(r'name="form" value="([^"]+)"', response.content.decode())
    assert found is not None
    return found[1]


def _answer(one: Drawn, *, is_right: bool) -> dict[str, list[str]]:
    question: Question = one.question
    if question.kind is Kind.ORDER:
        places = [place + 1 for place in one.options]
        return {
            one.field(n): [str(place if is_right else len(places) + 1 - place)]
            for n, place in enumerate(places, start=1)
        }
    if question.kind is Kind.MATCHING:
        matches = [question.options[place].match for place in one.matches]
        wanted = [matches.index(question.options[place].match) + 1 for place in one.options]
        turn = 0 if is_right else 1
        return {one.field(n): [str((place - 1 + turn) % len(matches) + 1)] for n, place in enumerate(wanted, start=1)}
    right = [str(shown) for shown, place in enumerate(one.options, start=1) if place in question.right]
    others = [str(shown) for shown, place in enumerate(one.options, start=1) if place not in question.right]
    return {one.name: right if is_right else others[:1]}
