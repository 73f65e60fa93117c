"""Questions in the rows of a spreadsheet, and rows that were copied from one."""

import pytest

from academy.learning.quiz import rows
from academy.learning.quiz.pasted import Reading
from academy.learning.quiz.questions import Kind

HEAD = "序号\t题型\t题目\t选项A\t选项B\t选项C\t正确答案\t解析"


def read(*lines: str) -> Reading:
    return rows.read_rows(rows.rows_of("\n".join(lines)))


def test_rows_of_each_kind_are_read() -> None:
    reading = read(
        HEAD,
        "1\t单选题\t火警电话\t110\t119\t\tB\t记住",
        "2\t多选\t哪些\t甲\t乙\t丙\tAC\t",
        "3\t判断题\t可以坐电梯\t\t\t\t错\t",
        "4\t排序题\t排\t三\t一\t二\tBCA\t",
        "5\t连线\t连\t119 — 火警\t120 — 急救\t\t\t",
    )
    assert reading.faults == ()
    assert [question.kind for question in reading.questions] == [
        Kind.SINGLE,
        Kind.MULTIPLE,
        Kind.TRUE_FALSE,
        Kind.ORDER,
        Kind.MATCHING,
    ]
    assert (reading.questions[0].right, reading.questions[0].why) == ((1,), "记住")


@pytest.mark.parametrize(
    "head", ["题干\tA\tB\t答案", "试题\tA选项\tB选项\t参考答案", "question\toption a\toption b\tanswer"]
)
def test_headings_have_many_names(head: str) -> None:
    reading = read("安全测验\t", head, "火警电话\t110\t119\tB")
    assert [question.right for question in reading.questions] == [(1,)]
    assert reading.passed_over == ((1, "安全测验"),)


def test_a_kind_decides_itself_when_none_is_given() -> None:
    assert read("题目\t答案", "可以坐电梯\t错").questions[0].kind == Kind.TRUE_FALSE


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("1\t单选题\t火警\t110\t119\t\t\t", "no_right"),
        ("1\t填空题\t火警\t\t\t\t119\t", "no_such_kind"),
        ("1\t怪题\t火警\t110\t119\t\tB\t", "kind_unknown"),
        ("1\t单选题\t火警\t110\t\t119\tA\t", "letter_missing"),
        ("1\t单选题\t\t110\t119\t\tA\t", "no_stem"),
    ],
)
def test_a_bad_row_is_named_with_its_line(row: str, code: str) -> None:
    assert [(fault.code, fault.line) for fault in read(HEAD, row).faults] == [(code, 2)]


def test_rows_without_headings_are_refused() -> None:
    assert [fault.code for fault in read("火警\t110", "急救\t120").faults] == ["no_headings"]


def test_only_rows_with_headings_are_taken_for_a_table() -> None:
    assert rows.is_table(f"{HEAD}\n1\t判断\t对吗\t\t\t\t对\t")
    assert not rows.is_table("1. 题目\tA. 甲\tB. 乙\n答案：A")
