"""Filling a foreign workbook: its content stays, and its formats are used for the rows."""

import datetime as dt
import io

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.datavalidation import DataValidation

from academy.tables import filling
from academy.tables.package import Unreadable
from tests.factories import workbook


def cells_of(data: bytes) -> list[tuple]:
    return [tuple(row) for row in load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)]


def test_what_stands_in_the_form_stays_and_lends_its_formats() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["导入表"])
    sheet.merge_cells("A1:C1")
    sheet.append(["姓名", "日期", "编号"])
    sheet.append(["例：张三", "2026-01-01", "001"])
    sheet["A3"].font, sheet["A3"].alignment = Font(bold=True), Alignment(horizontal="center")
    sheet["B3"].number_format, sheet["C3"].number_format = "yyyy/m/d", "@"
    sheet.row_dimensions[3].height = 30
    sheet.column_dimensions["A"].width = 40
    choices = DataValidation(type="list", formula1='"是,否"')
    sheet.add_data_validation(choices)
    choices.add("D3:D9")
    book.create_sheet("填表说明")["A1"] = "请勿改动"
    data = io.BytesIO()
    book.save(data)
    day = dt.date(2026, 1, 10)

    filled = filling.fill(
        data.getvalue(), first_row=3, rows=[{0: "王秀英", 1: day, 2: 7}, {0: "=刘伟", 1: day, 2: day}]
    )

    made = load_workbook(io.BytesIO(filled))
    sheet = made.active
    assert made["填表说明"]["A1"].value == "请勿改动"
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:C1"]
    assert sheet.data_validations.dataValidation[0].sqref == choices.sqref
    assert sheet.column_dimensions["A"].width == 40
    for row in (3, 4):
        assert sheet[f"A{row}"].font.bold and sheet[f"A{row}"].alignment.horizontal == "center"
        assert sheet[f"B{row}"].number_format == "yyyy/m/d" and sheet.row_dimensions[row].height == 30
    assert [sheet["C3"].value, sheet["C4"].value] == ["7", "2026-01-10"]  # a column that is meant for text
    assert (sheet["A4"].value, sheet["A4"].data_type) == ("=刘伟", "s")


def test_what_stands_further_down_is_not_written_over() -> None:
    data = workbook(["姓名"], ["例"], ["填表说明"])

    assert cells_of(filling.fill(data, first_row=2, rows=[{0: "王秀英"}])) == [("姓名",), ("王秀英",), ("填表说明",)]
    with pytest.raises(Unreadable) as caught:
        filling.fill(data, first_row=2, rows=[{0: "王秀英"}, {0: "刘伟"}])
    assert caught.value.code == "not_empty"


def test_a_place_to_sign_below_a_free_line_moves_down() -> None:
    book = load_workbook(io.BytesIO(workbook(["姓名", "时长"], ["例", 1], [], ["填表人：", "=1+1"], ["单位盖章"])))
    book.active.merge_cells("A5:B5")
    book.active.row_dimensions[5].height = 40
    data = io.BytesIO()
    book.save(data)

    filled = filling.fill(data.getvalue(), first_row=2, rows=[{0: name} for name in ("甲", "乙", "丙")])

    assert [row[0] for row in cells_of(filled)] == ["姓名", "甲", "乙", "丙", None, "填表人：", "单位盖章"]
    sheet = load_workbook(io.BytesIO(filled)).active
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A7:B7"]
    assert (sheet.row_dimensions[7].height, sheet["B6"].value) == (40, "=1+1")


def test_room_that_there_is_is_used() -> None:
    data = workbook(["姓名"], ["例"], [], [], ["填表人："])

    filled = filling.fill(data, first_row=2, rows=[{0: "甲"}, {0: "乙"}])

    assert [row[0] for row in cells_of(filled)] == ["姓名", "甲", "乙", None, "填表人："]
