"""A filled form keeps all its parts, and its areas and formulas cover the new rows."""

import datetime as dt
import io
import re
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.utils.escape import unescape
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableColumn

from academy.tables import filling, form_package, markup
from academy.tables.package import Unreadable
from tests.tables.packages import SHEET, changed, packed, part_of, parts_of, stored
from tests.tables.test_filling import cells_of

THREE = [{0: "甲", 1: 1}, {0: "乙", 1: 2}, {0: "丙", 1: 3}]


def form(*rows: list[Any], name: str = "导入模板") -> Workbook:
    book = Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    return book


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def filled(book: Workbook | bytes, rows: list[dict[int, Any]] = THREE, first_row: int = 2) -> bytes:
    return filling.fill(saved(book) if isinstance(book, Workbook) else book, first_row=first_row, rows=rows)


def sheet_of(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content)).active


def code_of(book: Workbook | bytes, rows: list[dict[int, Any]] = THREE) -> str:
    with pytest.raises(Unreadable) as refused:
        filled(book, rows)
    return refused.value.code


# Parts and extensions


@pytest.mark.filterwarnings("ignore:Data Validation extension")  # openpyxl, which reads the result, drops it
def test_a_drop_down_of_an_extension_stays() -> None:
    empty = stored("form-with-a-drop-down")
    made = filled(empty, [{1: "王秀英", 2: "植树"}, {1: "刘伟", 2: "助老"}])
    extension = re.search("<extLst>.*</extLst>", part_of(empty))
    assert extension and extension[0] in part_of(made)
    before, after = parts_of(empty), parts_of(made)
    assert {name for name in before if before[name] != after.get(name)} == {SHEET}
    assert before.keys() == after.keys()
    assert cells_of(made)[1:] == [(None, "王秀英", "植树", None, None), (None, "刘伟", "助老", None, None)]


def test_a_drop_down_of_an_extension_covers_all_rows() -> None:
    empty = changed(stored("form-with-a-drop-down"), ("C2:C500", "C2"))
    assert "<xm:sqref>C2:C4</xm:sqref>" in part_of(filled(empty))


def test_parts_that_nobody_here_knows_stay_byte_for_byte() -> None:
    empty = parts_of(saved(form(["姓名", "时长"])))
    unknown = {"xl/slicers/slicer1.xml": b"<slicers/>", "customXml/item1.xml": b"<a/>", "xl/ctrlProps/p.bin": b"\0\1"}
    after = parts_of(filled(packed({**empty, **unknown})))
    assert {name: after[name] for name in unknown} == unknown


def test_shapes_stay_and_only_stop_content_that_has_to_move() -> None:
    rows = [["姓名", "时长"], ["例", 1], [], ["盖章"]]
    shape = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"><xdr:twoCellAnchor>'
        "<xdr:from><xdr:col>0</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row><xdr:rowOff>0</xdr:rowOff>"
        "</xdr:from><xdr:to><xdr:col>1</xdr:col><xdr:row>9</xdr:row></xdr:to><xdr:sp/></xdr:twoCellAnchor></xdr:wsDr>"
    )
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing" '
        'Target="../drawings/drawing1.xml"/></Relationships>'
    )
    for row, moves in ((2, True), (3, False)):
        drawing = shape.format(row=row).encode()
        parts = parts_of(saved(form(*rows)))
        parts |= {"xl/drawings/drawing1.xml": drawing, "xl/worksheets/_rels/sheet1.xml.rels": rels.encode()}
        if moves:
            assert parts_of(filled(packed(parts)))["xl/drawings/drawing1.xml"] == drawing
        else:
            assert code_of(packed(parts)) == "not_movable"
            assert filled(packed(parts), THREE[:1])  # has room


def test_notes_stay_and_only_stop_content_that_has_to_move() -> None:
    for place, moves in (("A1", True), ("A4", False)):
        book = form(["姓名", "时长"], ["例", 1], [], ["盖章"])
        book.active[place].comment = Comment("说明", "平台")
        if moves:
            assert sheet_of(filled(book))["A1"].comment.text == "说明"
        else:
            assert code_of(book) == "not_movable"


@pytest.mark.parametrize(("part", "code"), [("xl/vbaProject.bin", "macros"), ("_xmlsignatures/sig1.xml", "signed")])
def test_a_form_that_filling_would_break_is_refused(part: str, code: str) -> None:
    assert code_of(packed({**parts_of(saved(form(["姓名"]))), part: b"<a/>"})) == code


def test_a_stray_cell_in_the_last_corner_costs_no_time() -> None:
    book = form(["姓名", "时长"], ["例", 1])
    book.active["XFD1048576"].fill = PatternFill("solid", fgColor="FF0000")
    assert sheet_of(filled(book))["A4"].value == "丙"


def test_the_sheet_that_opens_first_is_filled() -> None:
    book = form(["说明"])
    book.create_sheet("表").append(["姓名", "时长"])
    book.active = 1
    made = load_workbook(io.BytesIO(filled(book)))
    assert (made["表"]["A2"].value, made["导入模板"].max_row) == ("甲", 1)


# Areas


@pytest.mark.parametrize(
    ("sums", "rows", "first_row", "table", "filter_"),
    [
        (False, 2, 2, "A1:B4", "A1:B4"),
        (False, 1, 2, "A1:B4", "A1:B4"),  # as Excel lets a table grow by the line below
        (False, 9, 2, "A1:B9", "A1:B9"),
        (True, 4, 2, "A1:B6", "A1:B5"),
        (True, 9, 2, "A1:B9", "A1:B8"),
    ],
)
def test_a_table_covers_the_filled_rows(sums: bool, rows: int, first_row: int, table: str, filter_: str) -> None:
    book = form(["姓名", "时长"], ["例", 1])
    if sums:
        book.active.cell(rows, 1, "合计")
    made = Table(displayName="名单", ref=f"A1:B{rows}", totalsRowCount=1 if sums else None)
    made._initialise_columns()
    made.tableColumns = [TableColumn(id=1, name="姓名"), TableColumn(id=2, name="时长")]
    book.active.add_table(made)
    content = saved(book)
    text = part_of(content, "xl/tables/table1.xml")
    if sums:
        content = changed(
            content, (f'<autoFilter ref="A1:B{rows}"', f'<autoFilter ref="A1:B{rows - 1}"'), part="xl/tables/table1.xml"
        )
    assert f'ref="A1:B{rows}"' in text

    (found,) = sheet_of(filled(content)).tables.values()

    assert (found.ref, found.autoFilter.ref) == (table, filter_)


def test_rules_and_drop_downs_of_the_example_cover_all_rows_and_those_below_move() -> None:
    book = form(["姓名", "时长"], ["例", 1], [], ["合计"])
    sheet = book.active
    for area in ("B2", "B4", "D2"):
        choices = DataValidation(type="list", formula1='"1,2"')
        choices.add(area)
        sheet.add_data_validation(choices)
    sheet.conditional_formatting.add("B2:B3", CellIsRule(operator="lessThan", formula=["$B$4"]))
    sheet.auto_filter.ref = "A1:B2"
    made = sheet_of(filled(book))
    assert [str(one.sqref) for one in made.data_validations.dataValidation] == ["B2:B4", "B6", "D2"]
    ((rule, rules),) = ((str(one.sqref), one.rules) for one in made.conditional_formatting)
    assert (rule, rules[0].formula, made.auto_filter.ref) == ("B2:B4", ["$B$6"], "A1:B4")


def test_names_sums_and_charts_count_the_filled_rows() -> None:
    book = form(["总数", "=SUM(B3:B4)"], ["姓名", "时长"], ["例", 1], [], ["合计", "=SUM(B3:B4)", "=B5*2", "=$B$1"])
    sheet = book.active
    book.create_sheet("汇总")["A1"] = "=SUM(导入模板!$B$3:$B$4)+导入模板!B5+汇总!B5"
    book.defined_names["全部"] = DefinedName("全部", attr_text="导入模板!$A$3:$B$4")
    sheet.print_area = "A1:C5"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=2, max_row=4))
    book["汇总"].add_chart(chart)

    made = filled(book, THREE, first_row=3)

    after = load_workbook(io.BytesIO(made))
    sheet = after["导入模板"]
    assert [sheet["B1"].value, sheet["B7"].value, sheet["C7"].value, sheet["D7"].value] == [
        "=SUM(B3:B5)",
        "=SUM(B3:B5)",
        "=B7*2",
        "=$B$1",
    ]
    assert after["汇总"]["A1"].value == "=SUM(导入模板!$B$3:$B$5)+导入模板!B7+汇总!B5"
    assert after.defined_names["全部"].attr_text == "导入模板!$A$3:$B$5"
    assert sheet.print_area == "'导入模板'!$A$1:$C$7"
    assert "$B$2:$B$5" in part_of(made, "xl/charts/chart1.xml")
    assert 'fullCalcOnLoad="1"' in part_of(made, "xl/workbook.xml")


def test_a_formula_that_cells_share_moves_with_each_of_them() -> None:
    book = form(["姓名", "时长", "次数"], ["例", 1, 1], [], ["合计", "=SUM(B2:B3)", "=0"])
    content = changed(
        saved(book),
        ("<f>SUM(B2:B3)</f>", '<f t="shared" ref="B4:C4" si="0">SUM(B2:B3)</f>'),
        ("<f>0</f>", '<f t="shared" si="0"/>'),
    )
    sheet = sheet_of(filled(content))
    assert [sheet["B6"].value, sheet["C6"].value] == ["=SUM(B2:B4)", "=SUM(C2:C4)"]


def test_a_formula_of_the_example_is_continued_where_no_value_goes() -> None:
    book = form(["姓名", "时长", "分钟"], ["例", 1, "=B2*60"])
    sheet = sheet_of(filled(book))
    assert [sheet[f"C{row}"].value for row in (2, 3, 4)] == ["=B2*60", "=B3*60", "=B4*60"]


def test_the_chain_of_formulas_is_left_to_excel() -> None:
    parts = parts_of(saved(form(["姓名", "=1+1"])))
    parts["xl/calcChain.xml"] = b"<calcChain/>"
    for name, tag in {
        "[Content_Types].xml": b'<Override PartName="/xl/calcChain.xml" ContentType="c"/></Types>',
        "xl/_rels/workbook.xml.rels": b'<Relationship Id="r9" Type="c" Target="calcChain.xml"/></Relationships>',
    }.items():
        parts[name] = re.sub(b"</(Types|Relationships)>$", tag, parts[name])
        assert b"calcChain" in parts[name]
    parts["xl/workbook.xml"] = re.sub(b"<calcPr[^>]*/>", b"", parts["xl/workbook.xml"])
    after = parts_of(filled(packed(parts)))
    assert "xl/calcChain.xml" not in after
    assert not [name for name, data in after.items() if b"calcChain" in data]
    assert re.search(b'</definedNames>|<definedNames ?/><calcPr fullCalcOnLoad="1"/>', after["xl/workbook.xml"])


# Cells


def test_dates_get_a_format_only_where_the_form_has_none() -> None:
    day = dt.date(2026, 1, 10)
    book = form(["甲", "乙", "丙", "丁"], ["", "", "", ""])
    for place, code in (("B2", "yyyy/m/d"), ("C2", "@"), ("D2", "0.00")):
        book.active[place].number_format = code
    made = filled(book, [dict.fromkeys(range(4), day)] * 2)
    for row in (2, 3):
        cells = sheet_of(made)[row]
        assert [cell.value for cell in cells] == [dt.datetime(2026, 1, 10)] * 2 + [
            "2026-01-10",
            dt.datetime(2026, 1, 10),
        ]
        assert [cell.number_format for cell in cells] == ["yyyy-mm-dd", "yyyy/m/d", "@", "yyyy-mm-dd"]
    assert part_of(made, "xl/styles.xml").count("yyyy-mm-dd") == 1


def test_a_column_that_is_meant_for_text_as_a_whole_gets_text() -> None:
    book = form(["电话", "日期"])
    book.active["A1"].number_format = "@"
    style = re.search(r'<c r="A1" s="(\d+)"', part_of(saved(book)))
    assert style
    content = changed(
        saved(book), ("<sheetData>", f'<cols><col min="1" max="1" width="9" style="{style[1]}"/></cols><sheetData>')
    )
    (cell,) = sheet_of(filled(content, [{0: 13900139000}]))["A2:A2"][0]
    assert (cell.value, cell.number_format) == ("13900139000", "@")


@pytest.mark.parametrize("text", ["=1+1", "a<b>&\"c'", " 甲 ", "_x0041_", "甲\x0b乙", "🙂"])
def test_every_text_comes_back_as_it_was(text: str) -> None:
    value = sheet_of(filled(form(["姓名"]), [{0: text}]))["A2"].value
    assert unescape(value) == text


def test_a_sheet_whose_tags_have_prefixes_is_filled() -> None:
    parts = parts_of(saved(form(["姓名", "时长"], ["例", 1])))
    sheet = re.sub(r"<(/?)(\w)", r"<\1x:\2", parts[SHEET].decode()).replace("xmlns=", "xmlns:x=")
    parts[SHEET] = sheet.encode()
    made = filled(packed(parts))
    assert part_of(made).count("<x:row") == 4
    assert cells_of(made) == [("姓名", "时长"), ("甲", 1), ("乙", 2), ("丙", 3)]


def test_no_record_is_hidden_with_the_example() -> None:
    book = form(["姓名"], ["例"], [])
    for row in (2, 3):
        book.active.row_dimensions[row].hidden = True
    assert "hidden" not in part_of(filled(book))


def test_the_dimension_says_what_the_sheet_holds_now() -> None:
    assert '<dimension ref="A1:B4"' in part_of(filled(form(["姓名", "时长"])))


def test_the_tokens_of_a_part_are_the_part() -> None:
    for name, data in parts_of(stored("form-with-a-drop-down")).items():
        assert markup.bytes_of(markup.tokens_of(data)) == data, name
    odd = b"<?xml version='1.0'?><!-- <a> --><a b='x > y' c = \"'\"><![CDATA[<b>]]>\n<b/></a>"
    assert markup.bytes_of(markup.tokens_of(odd)) == odd
    with pytest.raises(Unreadable):
        markup.tokens_of(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")


def test_attributes_are_read_and_changed_alone() -> None:
    tag = "<x:c r:id='1'  r = 'A1' s=\"2\"/>"
    assert (markup.get(tag, "r"), markup.get(tag, "s"), markup.get(tag, "t")) == ("A1", "2", None)
    assert markup.put(tag, "r", "B&2") == '<x:c r:id=\'1\'  r="B&amp;2" s="2"/>'
    assert markup.put(markup.put(tag, "s", None), "t", "n") == "<x:c r:id='1'  r = 'A1' t=\"n\"/>"


def test_a_form_of_a_macintosh_counts_days_from_1904() -> None:
    content = saved(form(["日期"]))
    (tag,) = re.findall(r"<workbookPr ?/>", part_of(content, "xl/workbook.xml"))
    content = changed(content, (tag, '<workbookPr date1904="1"/>'), part="xl/workbook.xml")
    assert form_package.FormPackage(content).since_1904
    assert sheet_of(filled(content, [{0: dt.date(2026, 1, 10)}]))["A2"].value == dt.datetime(2026, 1, 10)
