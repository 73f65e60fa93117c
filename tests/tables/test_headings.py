"""Recognising the headings of a table: of a list to read and of a form to fill."""

from academy.tables import headings

WORDS = {"number": ("志愿者编号", "编号"), "name": ("姓名",), "hours": ("服务时长", "时长")}


def test_headings_are_compared_without_spaces_marks_and_brackets() -> None:
    assert headings.recognise(["姓 名*", "时长（小时）", "志愿者编号:"], WORDS) == {"name": 0, "hours": 1, "number": 2}


def test_the_surest_word_names_the_column() -> None:
    assert headings.recognise(["编号", "志愿者编号"], WORDS) == {"number": 1}


def test_a_heading_that_contains_a_word_counts_only_where_that_is_wanted() -> None:
    row = ["志愿者姓名", "服务时长合计", "时长"]
    assert headings.recognise(row, WORDS) == {"hours": 2}
    assert headings.recognise(row, WORDS, partly=True) == {"name": 0, "hours": 2}


def test_one_column_is_not_taken_by_two_fields() -> None:
    assert headings.recognise(["姓名编号"], WORDS, partly=True) == {"number": 0}


def test_the_first_row_with_the_most_fields_holds_the_headings() -> None:
    rows = [["姓名"], ["姓名", "时长"], ["姓名", "编号"]]
    assert headings.find(rows, WORDS) == (1, {"name": 0, "hours": 1})
    assert headings.find([[None], ["备注"]], WORDS) == (0, {})
