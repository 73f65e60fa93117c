"""A file is read whole, or the table names what was left out."""

import datetime as dt
import io
import re
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from academy.tables import cells, package, reading
from academy.tables.package import Unreadable
from tests.factories import workbook
from tests.tables.packages import SHEET, changed, packed, part_of, parts_of, stored


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def texts(table: reading.Table, column: int = 0) -> list[str]:
    return [line.text(column) for line in table.lines]


def code_of(content: bytes, name: str = "a.xlsx", **given: Any) -> str:
    with pytest.raises(Unreadable) as refused:
        reading.read(content, name, **given)
    return refused.value.code


# Lines


def test_every_line_is_read_though_the_sheet_says_that_it_has_four() -> None:
    table = reading.read(stored("dimension-says-four-rows"), "a.xlsx")
    assert texts(table)[1:] == [f"甲{number}" for number in range(1, 11)]


@pytest.mark.parametrize("says", ['<dimension ref="A1" />', '<dimension ref="A1:XFD1048576" />', ""])
def test_no_dimension_is_believed(says: str) -> None:
    content = changed(stored("dimension-says-four-rows"), ('<dimension ref="A1:G4" />', says))
    assert len(reading.read(content, "a.xlsx").lines) == 11


def test_rows_and_cells_without_names_are_counted() -> None:
    content = stored("dimension-says-four-rows")
    for row in range(1, 12):
        for letter in "ABCDEFG":
            content = changed(content, (f' r="{letter}{row}"', ""))
        content = changed(content, (f'<row r="{row}">', "<row>"))
    table = reading.read(content, "a.xlsx")
    assert (texts(table, 6)[1], table.lines[-1].number) == ("居委会", 11)


def test_rows_out_of_order_are_not_passed_over() -> None:
    content = changed(stored("dimension-says-four-rows"), ('<row r="3">', '<row r="30">'))
    assert code_of(content) == "corrupt"


def test_a_formatted_last_row_does_not_make_a_list_too_long() -> None:
    content = changed(stored("dimension-says-four-rows"), ("</sheetData>", '<row r="1048576" s="1"/></sheetData>'))
    assert len(reading.read(content, "a.xlsx").lines) == 11


def test_a_sheet_of_far_too_many_cells_is_refused_before_it_is_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    content = stored("dimension-says-four-rows")  # 77 cells
    for most, is_refused in ((77, False), (76, True)):
        monkeypatch.setattr(package, "_MOST_CELLS", most)
        if is_refused:
            assert code_of(content) == "zip_bomb"
        else:
            assert len(reading.read(content, "a.xlsx").lines) == 11


def test_columns_on_the_right_are_counted() -> None:
    assert reading.read(workbook(["a"] * 60), "a.xlsx").columns_left_out == 0
    assert reading.read(workbook(["a"] * 63), "a.xlsx").columns_left_out == 3
    assert reading.read((",".join("a" * 63) + ",,\n").encode(), "a.csv").columns_left_out == 3


def test_a_quotation_without_an_end_does_not_swallow_the_lines_below_it() -> None:
    assert code_of('姓名,日期\n"王秀英,2025-03-01\n刘伟,2025-03-02\n'.encode(), "a.csv") == "corrupt"


def test_hidden_lines_and_columns_are_read_and_named() -> None:
    book = Workbook()
    for row in (["姓名", "备注", "时长"], ["甲", "x", 1], ["乙", "y", 2], ["丙", "z", 3]):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["B"].hidden = True
    book.active.column_dimensions["Z"].hidden = True  # empty
    table = reading.read(saved(book), "a.xlsx")
    assert texts(table) == ["姓名", "甲", "乙", "丙"]
    assert (table.hidden_lines, table.hidden_letters) == ([3], ["B"])


# Sheets


def test_the_first_sheet_is_read_and_the_others_are_named_with_their_lines() -> None:
    table = reading.read(stored("three-months"), "a.xlsx")
    assert (table.sheet, texts(table, 1)) == ("一月", ["服务日期", "2025-01-04"])
    assert [(one.name, one.lines, one.is_hidden) for one in table.left_out] == [("二月", 2, False), ("三月", 2, False)]


def test_the_chosen_sheet_is_read() -> None:
    table = reading.read(stored("three-months"), "a.xlsx", "二月")
    assert (table.sheet, texts(table, 1)) == ("二月", ["服务日期", "2025-02-08"])
    assert [one.name for one in table.left_out] == ["一月", "三月"]


def test_a_hidden_sheet_is_named_and_not_read() -> None:
    content = stored("form-with-a-drop-down")
    assert [(one.name, one.lines, one.is_hidden) for one in reading.read(content, "a.xlsx").left_out] == [
        ("字典", 2, True)
    ]
    assert code_of(content, sheet="字典") == code_of(content, sheet="没有") == "no_such_sheet"
    assert code_of(b"a,b\n", "a.csv", sheet="没有") == "no_such_sheet"


@pytest.mark.parametrize(("named", "asked"), [("２０２５年", "2025年"), ("12月 ", "12月"), ("名\u200b单", "名单")])
def test_a_sheet_is_found_by_what_is_seen_of_its_name(named: str, asked: str) -> None:
    book = Workbook()
    book.active.title = named
    book.active.append(["姓名"])
    table = reading.read(saved(book), "a.xlsx", sheet=asked)
    assert (table.sheet, len(table.lines)) == (named, 1)


def test_a_list_on_a_hidden_sheet_alone_is_not_called_empty() -> None:
    book = Workbook()
    book.create_sheet("名单").append(["姓名"])
    book["名单"].sheet_state = "veryHidden"
    assert code_of(saved(book)) == "hidden_sheets"


# Cells


def test_covered_cells_have_the_value_of_their_area() -> None:
    table = reading.read(stored("organiser-over-three-lines"), "a.xlsx")
    assert texts(table, 6) == ["组织者", "县红十字会", "县红十字会", "县红十字会"]
    assert [dict(line.covered) for line in table.lines] == [{}, {}, {6: 2}, {6: 2}]


def test_a_covered_value_of_its_own_is_not_seen_and_not_read() -> None:
    book = Workbook()
    for row in (["姓名", "组织者"], ["甲", "红十字会"], ["乙", None], [None, None], ["丙", "居委会"]):
        book.active.append(row)
    content = changed(saved(book), ("</sheetData>", '</sheetData><mergeCells><mergeCell ref="B2:C5"/></mergeCells>'))
    table = reading.read(content, "a.xlsx")
    assert [(line.number, line.text(1)) for line in table.lines[1:]] == [
        (2, "红十字会"),
        (3, "红十字会"),
        (5, "红十字会"),
    ]


def test_headings_of_two_rows_name_their_columns_below_the_merged_ones() -> None:
    book = Workbook()
    for row in (["姓名", "服务时间", None], [None, "开始", "结束"], ["甲", "9:00", "11:00"]):
        book.active.append(row)
    book.active.merge_cells("A1:A2")
    book.active.merge_cells("B1:C1")
    assert [line.text(0) for line in reading.read(saved(book), "a.xlsx").lines] == ["姓名", "姓名", "甲"]
    assert reading.read(saved(book), "a.xlsx").lines[0].text(2) == "服务时间"


def strict(content: bytes) -> bytes:
    """Return the workbook with the names of Strict Open XML, as Excel saves it on request."""
    names = {
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/": b"http://purl.oclc.org/ooxml/officeDocument/",
    }
    parts = parts_of(content)
    for name in parts:
        for usual, other in names.items():
            parts[name] = parts[name].replace(usual, other)
    return packed(parts)


def test_a_workbook_in_strict_open_xml_is_read() -> None:
    content = strict(workbook(["姓名", "日期"], ["甲", dt.datetime(2025, 3, 1)], ["乙", 45717]))
    assert b"purl.oclc.org" in parts_of(content)["xl/workbook.xml"]
    table = reading.read(content, "a.xlsx")
    assert [cells.parse_date(line.cell(1)) for line in table.lines[1:]] == [dt.date(2025, 3, 1)] * 2


def test_numbers_of_days_count_from_1904_in_a_workbook_that_says_so() -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    for row in (["日期"], [dt.datetime(2025, 3, 1)], [44255], ["44255"]):
        book.active.append(row)
    lines = reading.read(saved(book), "a.xlsx").lines[1:]
    assert [cells.parse_date(line.cell(0), since_1904=line.since_1904) for line in lines] == [dt.date(2025, 3, 1)] * 3


def test_percentages_and_errors_are_no_numbers() -> None:
    book = Workbook()
    book.active.append([0.5, "#N/A", 1.5])
    book.active["A1"].number_format = "0%"
    (line,) = reading.read(saved(book), "a.xlsx").lines
    assert [cells.parse_minutes(cell) for cell in line.cells] == [None, None, 90]
    assert [cells.is_error(cell) for cell in line.cells] == [False, True, False]


def test_a_length_beyond_a_day_is_read_and_never_taken_for_what_is_left_of_it() -> None:
    book = Workbook()
    book.active.append([dt.timedelta(hours=26), 26 / 24])
    book.active["B1"].number_format = "h:mm"  # shows 2:00
    (line,) = reading.read(saved(book), "a.xlsx").lines
    assert [cells.parse_minutes(cell) for cell in line.cells] == [1560, None]


def test_a_formula_stays_a_formula_with_or_without_a_stored_result() -> None:
    content = workbook(["=1+1"])
    assert "<v" in part_of(content, SHEET)
    (empty,) = re.findall(r"<v ?/>|<v></v>", part_of(content, SHEET))
    for stored_result in ("<v />", "<v>2</v>"):
        (line,) = reading.read(changed(content, (empty, stored_result)), "a.xlsx").lines
        assert cells.is_formula(line.cell(0))
