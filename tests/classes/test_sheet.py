"""Results of a class from a spreadsheet, matched to the learners."""

from types import SimpleNamespace

import pytest

from academy.classes.sheet import read_results
from tests.answers import code_of
from tests.factories import workbook


def learner(pk, name, number):
    return SimpleNamespace(name=name, volunteer=SimpleNamespace(pk=pk, name=name, number=number))


CLASS = [
    learner(number, name, f"V2026-00000{number}") for number, name in enumerate(("王秀英", "李建国", "李建国"), start=1)
]


def read(*rows, by_score=True):
    return read_results(workbook(*[list(row) for row in rows]), "成绩.xlsx", learners=CLASS, by_score=by_score)


def test_points_are_matched_by_name_or_number_in_spite_of_titles_and_sums():
    found = read(
        ["急救班 考核成绩"],
        ["志愿者编号", "姓名", "成绩"],
        ["", "王 秀英", "91分"],
        ["V2026-000003", "李建国", 58.0],
        ["合计", "", 2],
    )
    assert (found.typed, found.faults) == ({"result-1": "91", "result-3": "58"}, [])


def test_what_cannot_be_matched_or_read_is_named_with_its_line():
    found = read(["姓名", "成绩"], ["张三", 80], ["李建国", 80], ["王秀英", 101], ["王秀英", 90], ["王秀英", 90])
    assert found.typed == {"result-1": "90"}
    assert [line for line, _fault in found.faults] == [2, 3, 4, 6]


@pytest.mark.parametrize(("word", "typed"), [("合格", "yes"), ("不合格", "no"), ("√", "yes"), ("Passed", "yes")])
def test_verdicts_are_read_as_people_write_them(word, typed):
    assert read(["姓名", "结果"], ["王秀英", word], by_score=False).typed == {"result-1": typed}


def test_a_file_without_the_columns_or_of_another_kind_is_refused():
    assert code_of(read(["甲", "乙"])) == "no_columns"
    assert code_of(read_results(b"", "a.xlsx", learners=CLASS, by_score=True)) == "empty"
