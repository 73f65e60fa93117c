"""Questions pasted as text: the usual ways of writing are read, other lines are named as faults."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from academy.learning.quiz import answer_lists
from academy.learning.quiz.answer_lists import ListedAnswer
from academy.learning.quiz.pasted import MOST_CHARACTERS, MOST_QUESTIONS, read_pasted
from academy.learning.quiz.questions import Kind, Question, faults_of
from academy.learning.quiz_faults import CODES, sentence_of

ONE = "1. 火警电话是（ ）\nA. 110\nB. 119\n答案：B\n解析：记住 119。"


def only(text: str) -> Question:
    reading = read_pasted(text)
    assert reading.faults == ()
    (question,) = reading.questions
    return question


def faults(text: str) -> list[tuple[str, str, int]]:
    found = read_pasted(text).faults
    assert {fault.code for fault in found} <= CODES
    assert all(sentence_of(fault) for fault in found)
    return [(fault.code, fault.number, fault.line) for fault in found]


def texts(question: Question) -> list[str]:
    return [option.text for option in question.options]


def test_a_question_has_its_stem_options_answer_and_reason() -> None:
    question = only(ONE)
    assert (question.kind, question.stem, question.why) == (Kind.SINGLE, "火警电话是（ ）", "记住 119。")
    assert (texts(question), question.right) == (["110", "119"], (1,))


@pytest.mark.parametrize(
    "number",
    ["1.", "1、", "１、", "１．", "1)", "1）", "(1)", "（1）", "【1】", "第1题", "第 1 题：", "①", "Q1.", "题1："],
)
def test_numbers_are_written_in_many_ways(number: str) -> None:
    assert only(f"{number} 火警电话是\nA. 110\nB. 119\n答案：B").stem == "火警电话是"


@pytest.mark.parametrize(
    "mark", ["A. ", "A.", "A、", "A) ", "A）", "(A)", "（A）", "Ａ．", "Ａ、", "A: ", "A：", "a. ", "【A】", "A ", "A"]
)
def test_options_are_marked_in_many_ways(mark: str) -> None:
    second = mark.replace("A", "B").replace("Ａ", "Ｂ").replace("a", "b")
    question = only(f"1. 先打哪个\n{mark}报警\n{second}救火\n答案：A")
    assert (texts(question), question.right) == (["报警", "救火"], (0,))


@pytest.mark.parametrize(
    "answer",
    [
        *(
            "答案：B",
            "答案:B",
            "答案 B",
            "正确答案：B",
            "参考答案：B。",
            "标准答案：（B）",
            "【答案】B",
            "[答案] b",
            "答：B",
        ),
        *("答案：Ｂ", "答案是B", "Answer: B", "答案：119", "答案：\nB"),
    ],
)
def test_answers_are_written_in_many_ways(answer: str) -> None:
    assert only(f"1. 火警电话是\nA. 110\nB. 119\n{answer}").right == (1,)


@pytest.mark.parametrize("answer", ["AC", "A、C", "A,C", "A，C", "A C", "a/c", "A和C", "ＡＣ"])
def test_several_letters_make_a_multiple_choice(answer: str) -> None:
    question = only(f"1. 哪些是\nA. 一\nB. 二\nC. 三\n答案：{answer}")
    assert (question.kind, question.right) == (Kind.MULTIPLE, (0, 2))


@pytest.mark.parametrize(
    ("sign", "right"),
    [("√", 0), ("对", 0), ("正确", 0), ("T", 0), ("是", 0), ("×", 1), ("错", 1), ("错误", 1), ("F", 1), ("X", 1)],
)
def test_true_and_false_have_many_signs(sign: str, right: int) -> None:
    question = only(f"1. 电梯着火可以坐。\n答案：{sign}")
    assert (question.kind, question.right) == (Kind.TRUE_FALSE, (right,))


@pytest.mark.parametrize("stem", ["火警电话是（ B ）", "火警电话是（B）。", "火警电话是( b )", "（Ｂ）是火警电话"])
def test_an_answer_stands_in_the_brackets_of_the_stem(stem: str) -> None:
    question = only(f"1. {stem}\nA. 110\nB. 119")
    assert question.right == (1,)
    assert "B" not in question.stem.upper() and "Ｂ" not in question.stem


def test_a_sign_in_the_stem_makes_true_or_false() -> None:
    assert only("1. 电梯着火可以坐。（×）").right == (1,)
    assert only("1. 报警要说清地点（ √ ）").stem == "报警要说清地点"


@pytest.mark.parametrize(
    "line",
    ["A. 甲  B. 乙  C. 丙", "A、甲 B、乙 C、丙", "(A) 甲 (B) 乙 (C) 丙", "A.甲；B.乙；C.丙", "A 甲 B 乙 C 丙"],
)
def test_options_on_one_line_are_divided(line: str) -> None:
    assert texts(only(f"1. 选\n{line}\n答案：C")) == ["甲", "乙", "丙"]


@pytest.mark.parametrize(
    "line",
    [
        "1. 选哪个（ ） A.甲 B.乙 答案：B 解析：因为。",
        "1. 选哪个（ ）A.甲 B.乙 【答案】B【解析】因为。",
        "1. 选哪个（ B ）A.甲 B.乙 \n解析：因为。",
        "1. 选哪个（ ） A.甲 B.乙 \n答案：B（解析：因为。）",
    ],
)
def test_a_whole_question_on_one_line_is_divided(line: str) -> None:
    question = only(line)
    assert (question.stem, question.right, question.why) == ("选哪个（ ）", (1,), "因为。")
    assert texts(question) == ["甲", "乙"]


def test_headings_name_the_kind_and_numbers_begin_again() -> None:
    reading = read_pasted(
        "社区安全测验\n姓名：____\n\n一、单选题（每题 2 分，共 2 分）\n1. 选\nA. 甲\nB. 乙\n答案：A\n"
        "二、多项选择题\n1. 都选\nA. 甲\nB. 乙\n答案：AB\n三、判断题：\n1. 对吗\n答案：对\n"
        "四、排序题\n1. 排\nA. 三\nB. 一\nC. 二\n答案：BCA\n五、连线题\n1. 连\nA. 119 —— 火警\nB. 120 - 急救\n"
    )
    assert reading.faults == ()
    assert [question.kind for question in reading.questions] == [
        Kind.SINGLE,
        Kind.MULTIPLE,
        Kind.TRUE_FALSE,
        Kind.ORDER,
        Kind.MATCHING,
    ]
    assert texts(reading.questions[3]) == ["一", "二", "三"]
    assert [(option.text, option.match) for option in reading.questions[4].options] == [
        ("119", "火警"),
        ("120", "急救"),
    ]
    assert reading.passed_over == ((1, "社区安全测验"), (2, "姓名：____"))


@pytest.mark.parametrize("tagged", ["1. 【多选】选\nA. 甲\nB. 乙\n答案：A", "1. 选（多选题）\nA. 甲\nB. 乙\n答案：A"])
def test_a_tag_names_the_kind_of_one_question(tagged: str) -> None:
    question = only(tagged)
    assert (question.kind, question.stem) == (Kind.MULTIPLE, "选")


@pytest.mark.parametrize(
    ("written", "kind", "right", "why"),
    [
        ("[单选题] 1. 选\nA.甲\nB.乙\n答案：A", Kind.SINGLE, (0,), ""),
        ("多选题1. 选\nA.甲\nB.乙\n答案：A", Kind.MULTIPLE, (0,), ""),
        ("1. 选 [单选题] *\nA.甲\nB.乙(正确答案)", Kind.SINGLE, (1,), ""),
        ("1. 选 [多选题] *\nA.甲（正确答案）\nB.乙\nC.丙（正确答案）", Kind.MULTIPLE, (0, 2), ""),
        ("（ √ ）1. 选", Kind.TRUE_FALSE, (0,), ""),
        ("（×）选", Kind.TRUE_FALSE, (1,), ""),
        ("第十二题：选\nA.甲\nB.乙\n答案：A。因为甲对。", Kind.SINGLE, (0,), "因为甲对。"),
        ("1. 选\nA.甲\nB.乙\n正确选项：B", Kind.SINGLE, (1,), ""),
    ],
)
def test_other_programs_and_printed_tests_are_understood(
    written: str, kind: Kind, right: tuple[int, ...], why: str
) -> None:
    question = only(written)
    assert (question.stem, question.kind, question.right, question.why) == ("选", kind, right, why)


def test_circled_numbers_below_a_question_belong_to_it() -> None:
    question = only("1．下列说法\n①甲\n②乙\n哪个对\nA.①\nB.②\n答案：A")
    assert question.stem == "下列说法\n①甲\n②乙\n哪个对"


def test_true_or_false_with_lettered_options_is_understood() -> None:
    question = only("判断题\n1. 是吗\nA. 对\nB. 错\n答案：B")
    assert (question.kind, question.right, question.options) == (Kind.TRUE_FALSE, (1,), ())


THREE = "1. 一\nA.甲 B.乙\n2. 二\nA.甲 B.乙\n3. 三\nA.甲 B.乙\n"


@pytest.mark.parametrize(
    "answers",
    [
        "1-3 ABA",
        "参考答案\n1-3：A B A",
        "答案：1-3 ABA",
        "答案\n1.A 2.B 3.A",
        "参考答案：1、A；2、B；3、A。",
        "1~2 AB\n3-3 A",
        "答案\n1-3: A,B,A",
    ],
)
def test_a_list_at_the_end_gives_the_answers(answers: str) -> None:
    reading = read_pasted(THREE + answers)
    assert reading.faults == ()
    assert [question.right for question in reading.questions] == [(0,), (1,), (0,)]


def test_a_list_below_headings_tells_equal_numbers_apart() -> None:
    reading = read_pasted(
        "一、单选题\n1. 一\nA.甲 B.乙\n二、判断题\n1. 是吗\n2. 不是吗\n\n参考答案\n单选题 \n1. B\n判断题\n1-2 √×\n"
    )
    assert reading.faults == ()
    assert [question.right for question in reading.questions] == [(1,), (0,), (1,)]


def test_a_text_without_numbers_is_divided_by_its_options() -> None:
    reading = read_pasted(
        "火警电话是哪个？\nA. 110\nB. 119\n答案：B\n解析：记住。\n\n急救电话是（C）\nA. 110\nB. 119\nC. 120\n"
        "电梯着火可以坐（×）\n\n报警要说清地点\n答案：对\n"
    )
    assert reading.faults == ()
    assert [question.right for question in reading.questions] == [(1,), (2,), (1,), (0,)]


def test_blank_lines_and_stems_of_two_lines_are_no_fault() -> None:
    question = only("\n\n1. 下面哪个是\n火警电话\n\nA. 110\n\nB. 119\n\n答案：B\n\n解析：一\n二\n")
    assert (question.stem, question.why) == ("下面哪个是\n火警电话", "一\n二")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1. 选\nA. 甲\nB. 乙", ("no_right", "1", 1), id="no answer"),
        pytest.param("1. 选\nA. 甲\nB. 甲\n答案：A", ("equal_options", "1", 1), id="equal options"),
        pytest.param("1. 选\nA. 甲\n答案：A", ("one_option", "1", 1), id="one option"),
        pytest.param("1. 选\n答案：A", ("no_options", "1", 2), id="a letter and no options"),
        pytest.param("1. 选\nA. 甲\nB. 乙\n答案：C", ("answer_beyond", "1", 4), id="no such option"),
        pytest.param("1. 选\nA. 甲\nB. 乙\n答案：不知道", ("answer_unclear", "1", 4), id="no answer that is one"),
        pytest.param("1. 选\nA. 甲\nB. 乙\n答案：AA", ("answer_unclear", "1", 4), id="a letter twice"),
        pytest.param("1. 选\nA. 甲\nC. 乙\n答案：A", ("letter_missing", "1", 3), id="a letter left out"),
        pytest.param("1. 选\nA. 甲\nB. 乙\nB. 丙\n答案：A", ("letter_twice", "1", 4), id="an option's letter twice"),
        pytest.param("1. 选（A）\nA. 甲\nB. 乙\n答案：B", ("answers_differ", "1", 1), id="two answers"),
        pytest.param("1. 选\nA. 甲\nB. 乙\n答案：BA", ("order_or_several", "1", 4), id="perhaps an order"),
        pytest.param("单选题\n1. 选\nA. 甲\nB. 乙\n答案：AB", ("several_right", "1", 5), id="single with two"),
        pytest.param("判断题\n1. 选\nA. 走\nB. 留\n答案：A", ("kind_differs", "1", 5), id="true or false with others"),
        pytest.param("排序题\n1. 排\nA. 甲\nB. 乙\nC. 丙\n答案：BA", ("order_incomplete", "1", 6), id="half an order"),
        pytest.param("连线题\n1. 连\nA. 甲\nB. 乙", ("pair_unclear", "1", 2), id="no pairs"),
        pytest.param("填空题\n1. ____\n答案：甲", ("no_such_kind", "1", 2), id="to fill in"),
        pytest.param(f"{ONE}\n{ONE.replace('火警', '报警')}", ("number_again", "1", 6), id="a number twice"),
        pytest.param(f"{ONE}\n119. 选\nA. 甲\nB. 乙\n答案：A", ("number_jumps", "119", 6), id="a far number"),
        pytest.param(f"{ONE}\n{ONE.replace('1.', '2.')}", ("asked_twice", "2", 6), id="the same question"),
        pytest.param(f"{ONE}\n\n多出来的一行", ("line_unclear", "1", 7), id="a line of nothing"),
        pytest.param(f"{THREE}1-3 ABAB", ("answer_list_length", "", 7), id="too many answers"),
        pytest.param(f"{THREE}答案\n1-3 ABA\n4. B", ("answer_of_none", "4", 9), id="an answer too many"),
        pytest.param(f"{THREE}答案\n以后再给", ("answer_list_unclear", "", 8), id="no list"),
        pytest.param("", ("no_questions", "", 0), id="nothing"),
        pytest.param("只有标题", ("no_questions", "", 0), id="a title"),
        pytest.param("1" * (MOST_CHARACTERS + 1), ("too_long", "", 0), id="too long"),
    ],
)
def test_what_is_not_clear_is_named_with_its_question_and_line(text: str, expected: tuple[str, str, int]) -> None:
    assert expected in faults(text)


def test_a_list_for_equal_numbers_without_headings_is_named() -> None:
    text = "一、单选题\n1. 一\nA.甲 B.乙\n二、单选题\n1. 二\nA.甲 B.乙\n答案\n1. A"
    assert ("answer_of_several", "1", 8) in faults(text)


def test_a_good_question_beside_a_bad_one_is_read() -> None:
    reading = read_pasted(f"{ONE}\n2. 选\nA. 甲\nB. 乙")
    assert len(reading.questions) == 1
    assert [fault.number for fault in reading.faults] == ["2"]


def test_a_text_has_a_most_of_questions() -> None:
    text = "\n".join(f"{n}. 题{n}\n答案：对" for n in range(1, MOST_QUESTIONS + 2))
    assert faults(text) == [("too_many", "", 0)]


def test_a_list_of_answers_looks_at_each_question_once() -> None:
    looks: list[str] = []

    class Numbered:
        def __init__(self, number: int) -> None:
            self.given = str(number)
            self.answers: list[tuple[str, int]] = []

        @property
        def number(self) -> str:
            looks.append(self.given)
            return self.given

    questions: Any = [Numbered(number) for number in range(200)]
    answer_lists.hand_out([ListedAnswer(str(number), "A", None, 1) for number in range(200)], questions, [])
    assert len(looks) == 200 and all(one.answers == [("A", 1)] for one in questions)


LINES = [
    *("1. 火警电话是（ ）", "2、选（B）", "（3）对吗（√）", "第四题", "A. 甲", "B、乙", "C 丙 D 丁", "A.甲 B.乙"),
    *("答案：B", "解析：因为", "", "一、判断题", "二、排序题", "连线题", "答案", "1-3 ABA", "【答案】AC【解析】如此"),
    *("（一）", "A. 119 — 火警", "填空题", "①甲", "更多的话", "1.A 2.B", "(√)", "A", "答案：", "B. 乙（正确答案）"),
]


@given(lines=st.lists(st.sampled_from(LINES), max_size=12))
@settings(max_examples=100)
def test_lines_in_any_order_give_whole_questions_and_named_faults(lines: list[str]) -> None:
    reading = read_pasted("\n".join(lines))
    assert all(not list(faults_of(question)) for question in reading.questions)
    assert all(sentence_of(fault) for fault in reading.faults)
    assert reading.questions or reading.faults


@pytest.mark.parametrize("text", ["\x00", "A", "答案", "1.", "A. \nB. ", "(((((", "一、", "1-5", "解析：", "答案：\n"])
def test_scraps_of_text_break_nothing(text: str) -> None:
    assert read_pasted(text).faults
