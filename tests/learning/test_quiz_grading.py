"""Drawing and grading: the same seed shows the same questions, and only the server knows the answers."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from academy.learning.quiz import grading
from academy.learning.quiz.questions import Fault, Kind, Option, Question, Quiz, faults_of, faults_of_quiz


def options(*texts: str) -> tuple[Option, ...]:
    return tuple(Option(text) for text in texts)


SINGLE = Question(Kind.SINGLE, "火警", options("110", "119", "120"), (1,), "119 是火警。")
MULTIPLE = Question(Kind.MULTIPLE, "哪些", options("甲", "乙", "丙"), (0, 2))
TRUTH = Question(Kind.TRUE_FALSE, "可以坐电梯", right=(1,))
ORDER = Question(Kind.ORDER, "排", options("一", "二", "三", "四"))
MATCHING = Question(Kind.MATCHING, "连", (Option("119", "火警"), Option("120", "急救"), Option("999", "急救")))
SPOT = Question(Kind.SPOT, "找", (Option("门", cell="A1"), Option("窗", cell="D4")), (0,), image=7, alt="一间屋子")
ALL = (SINGLE, MULTIPLE, TRUTH, ORDER, MATCHING, SPOT)


def right_form(drawn: Sequence[grading.Drawn]) -> dict[str, list[str]]:
    """Return what a form sends whose author knows all answers."""
    form: dict[str, list[str]] = {}
    for one in drawn:
        question = one.question
        if question.kind is Kind.ORDER:
            form |= {one.field(n): [str(place + 1)] for n, place in enumerate(one.options, start=1)}
        elif question.kind is Kind.MATCHING:
            matches = [question.options[place].match for place in one.matches]
            form |= {
                one.field(n): [str(matches.index(question.options[place].match) + 1)]
                for n, place in enumerate(one.options, start=1)
            }
        else:
            form[one.name] = [str(one.options.index(place) + 1) for place in question.right]
    return form


def getter(form: dict[str, list[str]]) -> Callable[[str], list[str]]:
    return lambda name: form.get(name, [])


@given(seed=st.text(min_size=1, max_size=20), shuffle=st.booleans())
@settings(max_examples=30)
def test_right_answers_are_right_however_they_are_mixed(seed: str, shuffle: bool) -> None:
    drawn = grading.draw(Quiz(ALL, shuffle=shuffle), seed)
    answers = grading.read_answers(drawn, getter(right_form(drawn)))
    assert not answers.missing and not answers.forged
    given_answers = [one for one in answers.given if one is not None]
    assert all(grading.is_right(one.question, given) for one, given in zip(drawn, given_answers, strict=True))


def test_a_seed_shows_the_same_questions_again_and_another_seed_others() -> None:
    quiz = Quiz(ALL)
    assert grading.draw(quiz, "a") == grading.draw(quiz, "a")
    assert len({tuple(one.question.stem for one in grading.draw(quiz, str(seed))) for seed in range(20)}) > 5


def test_an_order_is_mixed_even_where_the_rest_is_not() -> None:
    quiz = Quiz((ORDER,), shuffle=False)
    assert len({grading.draw(quiz, str(seed))[0].options for seed in range(20)}) > 5


def test_without_mixing_all_else_stands_as_it_was_written() -> None:
    drawn = grading.draw(Quiz((SINGLE, MULTIPLE), shuffle=False), "a")
    assert [one.question for one in drawn] == [SINGLE, MULTIPLE]
    assert [one.options for one in drawn] == [(0, 1, 2), (0, 1, 2)]


def test_all_of_the_above_stays_last() -> None:
    question = Question(Kind.SINGLE, "哪个", options("甲", "乙", "丙", "以上都对"), (3,))
    assert {grading.draw(Quiz((question,)), str(seed))[0].options[-1] for seed in range(10)} == {3}


def test_a_pool_draws_some_of_the_questions_each_of_them_at_some_time() -> None:
    quiz = Quiz(ALL, pool=2)
    draws = [grading.draw(quiz, str(seed)) for seed in range(40)]
    assert {len(drawn) for drawn in draws} == {2}
    assert {one.question for drawn in draws for one in drawn} == set(ALL)


@pytest.mark.parametrize(
    ("question", "answer", "is_right"),
    [
        (SINGLE, (1,), True),
        (SINGLE, (0,), False),
        (MULTIPLE, (0, 2), True),
        (MULTIPLE, (0,), False),
        (MULTIPLE, (0, 1, 2), False),
        (TRUTH, (1,), True),
        (TRUTH, (0,), False),
        (ORDER, (0, 1, 2, 3), True),
        (ORDER, (1, 0, 2, 3), False),
        (MATCHING, (0, 1, 1), True),
        (MATCHING, (0, 2, 1), True),  # two of them match the same
        (MATCHING, (1, 0, 1), False),
        (SPOT, (0,), True),
        (SPOT, (1,), False),
    ],
)
def test_an_answer_counts_as_a_whole(question: Question, answer: tuple[int, ...], is_right: bool) -> None:
    assert grading.is_right(question, answer) is is_right


@pytest.mark.parametrize("question", ALL)
def test_a_form_without_an_answer_names_the_question(question: Question) -> None:
    drawn = grading.draw(Quiz((question,)), "a")
    assert grading.read_answers(drawn, getter({})).missing == (0,)


def test_half_an_order_and_two_of_one_place_are_no_answer() -> None:
    drawn = grading.draw(Quiz((ORDER,)), "a")
    for places in (["1", "2", "3", ""], ["1", "1", "2", "3"]):
        form = {drawn[0].field(n): [place] for n, place in enumerate(places, start=1)}
        answers = grading.read_answers(drawn, getter(form))
        assert (answers.missing, answers.forged) == ((0,), False)


@pytest.mark.parametrize("value", ["0", "4", "-1", "x", "１", "9999", "1.0", " 1"])
def test_a_value_that_the_form_does_not_offer_is_forged(value: str) -> None:
    drawn = grading.draw(Quiz((SINGLE,)), "a")
    assert grading.read_answers(drawn, getter({"q1": [value]})).forged


def test_two_values_for_one_choice_are_forged() -> None:
    for question, name in ((SINGLE, "q1"), (ORDER, "q1-1")):
        drawn = grading.draw(Quiz((question,)), "a")
        assert grading.read_answers(drawn, getter({name: ["1", "2"]})).forged


@pytest.mark.parametrize("question", ALL)
def test_a_question_survives_its_way_through_a_version(question: Question) -> None:
    quiz = Quiz((question,), pass_mark=1, tries=3, pool=1, shuffle=False)
    assert Quiz.from_json(quiz.to_json()) == quiz
    assert Quiz.from_json(quiz.to_json()).questions[0].key == question.key


def test_a_new_reason_keeps_the_question_and_a_new_answer_makes_another() -> None:
    same = Question(SINGLE.kind, SINGLE.stem, SINGLE.options, SINGLE.right, "别的理由")
    other = Question(SINGLE.kind, SINGLE.stem, SINGLE.options, (0,), SINGLE.why)
    assert same.key == SINGLE.key != other.key


@pytest.mark.parametrize(("asked", "needed"), [(1, 1), (2, 2), (3, 2), (5, 3), (10, 6)])
def test_without_a_mark_of_its_own_sixty_percent_pass(asked: int, needed: int) -> None:
    assert Quiz(tuple(Question(Kind.TRUE_FALSE, str(n), right=(0,)) for n in range(asked))).needed == needed


@pytest.mark.parametrize("question", ALL)
def test_whole_questions_have_no_fault(question: Question) -> None:
    assert list(faults_of(question)) == []


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (Question(Kind.SINGLE, " ", options("甲", "乙"), (0,)), "no_stem"),
        (Question(Kind.SINGLE, "选", (), (0,)), "no_options"),
        (Question(Kind.SINGLE, "选", options("甲"), (0,)), "one_option"),
        (Question(Kind.SINGLE, "选", options("甲", ""), (0,)), "empty_option"),
        (Question(Kind.SINGLE, "选", options("甲。", " 甲"), (0,)), "equal_options"),
        (Question(Kind.SINGLE, "选", options("甲", "乙")), "no_right"),
        (Question(Kind.SINGLE, "选", options("甲", "乙"), (0, 1)), "several_right"),
        (Question(Kind.MULTIPLE, "选", options("甲", "乙")), "no_right"),
        (Question(Kind.TRUE_FALSE, "选"), "no_right"),
        (Question(Kind.ORDER, "排", options("甲", "乙")), "order_of_two"),
        (Question(Kind.MATCHING, "连", (Option("甲", "一"), Option("乙"))), "no_match"),
        (Question(Kind.MATCHING, "连", (Option("甲", "一"), Option("乙", "一"))), "equal_matches"),
        (Question(Kind.SPOT, "找", SPOT.options, (0,)), "no_picture"),
        (Question(Kind.SPOT, "找", SPOT.options, (0,), image=7), "no_alt"),
        (Question(Kind.SPOT, "找", options("门", "窗"), (0,), image=7, alt="屋"), "no_cell"),
        (Question(Kind.SPOT, "找", (Option("门", cell="A1"), Option("窗", cell="A1")), (0,), image=7), "equal_cells"),
    ],
)
def test_a_fault_of_a_question_is_named(question: Question, code: str) -> None:
    assert code in list(faults_of(question))


@pytest.mark.parametrize(
    ("quiz", "code"),
    [
        (Quiz(()), "no_questions"),
        (Quiz((SINGLE, SINGLE)), "asked_twice"),
        (Quiz((SINGLE, TRUTH), pool=3), "pool_too_large"),
        (Quiz((SINGLE, TRUTH), pass_mark=3), "pass_mark_too_high"),
        (Quiz((SINGLE, TRUTH), pool=1, pass_mark=2), "pass_mark_too_high"),
        (Quiz((SINGLE,), pool=0), "pool_below_one"),
        (Quiz((SINGLE,), pass_mark=-1), "pass_mark_below_one"),
        (Quiz((SINGLE,), tries=0), "tries_below_one"),
    ],
)
def test_a_fault_of_the_terms_is_named(quiz: Quiz, code: str) -> None:
    assert code in [fault.code for fault in faults_of_quiz(quiz)]


def test_terms_at_their_limits_are_fine() -> None:
    assert list(faults_of_quiz(Quiz((SINGLE, TRUTH), pool=2, pass_mark=2, tries=1))) == []
    assert Fault("no_right", "2") in list(faults_of_quiz(Quiz((SINGLE, Question(Kind.TRUE_FALSE, "选")))))
