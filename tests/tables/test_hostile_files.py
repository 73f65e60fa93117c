"""Small workbooks that ask for much: each is refused, or read, without much time or memory."""

import subprocess
import sys
import time

import pytest

from academy.tables import filling, reading
from academy.tables.package import Unreadable
from tests.factories import workbook
from tests.tables.packages import SHEET, changed, packed, parts_of

pytestmark = pytest.mark.slow

NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEADINGS = '<row r="1"><c t="inlineStr"><is><t>姓名</t></is></c><c t="inlineStr"><is><t>日期</t></is></c></row>'
SECONDS, MEGABYTES = 2, 150  # ADR 46, on a machine with nothing else to do
BUSY = 3  # times slower while other tests run


def sheet(rows: str, after: str = "") -> bytes:
    xml = f"<worksheet {NAMESPACE}><sheetData>{HEADINGS}{rows}</sheetData>{after}</worksheet>"
    return with_part(SHEET, xml)


def with_part(name: str, xml: str) -> bytes:
    return packed(parts_of(workbook(["姓名", "日期"], ["王秀英", "2026-01-10"])) | {name: xml.encode()})


def texts(count: int, part: str = "xl/sharedStrings.xml") -> bytes:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    parts = parts_of(workbook(["姓名", "日期"]))
    types = parts["[Content_Types].xml"].decode()
    listed = f'<Override PartName="/{part}" ContentType="{kind}"/></Types>'
    parts["[Content_Types].xml"] = types.replace("</Types>", listed).encode()
    return packed(parts | {part: f"<sst {NAMESPACE}>{'<si><t>x</t></si>' * count}</sst>".encode()})


def styles(content: str) -> bytes:
    return with_part("xl/styles.xml", f"<styleSheet {NAMESPACE}>{content}</styleSheet>")


def code_of(content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        reading.read(content, "a.xlsx")
    with pytest.raises(Unreadable):
        filling.find_headings(content, {"name": ["姓名"], "date": ["日期"]})
    return refused.value.code


FONT = '<font><sz val="1"/></font>'
MERGED = '<mergeCell ref="A2:B3"/>'
OTHER_FORMATS = "<fonts><font/></fonts><fills><fill/></fills><borders><border/></borders>"
FORMATS = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
HOSTILE = {
    "cells of one row": lambda: sheet(f"<row>{'<c><v>1</v></c>' * 400_000}</row>"),
    "empty cells": lambda: sheet(f"<row>{'<c/>' * 300_000}</row>"),
    "rows": lambda: sheet("<row><c><v>1</v></c></row>" * 120_000),
    "empty rows": lambda: sheet("<row/>" * 150_000),
    "rows inside rows": lambda: sheet("<row>" * 50_000 + "</row>" * 50_000),
    "elements inside one another": lambda: sheet("", "<a>" * 50_000 + "</a>" * 50_000),
    "texts inside one another": lambda: sheet("<row><c>" + "<is>" * 1_000 + "</is>" * 1_000 + "</c></row>"),
    "elements after the rows": lambda: sheet("", "<a/>" * 1_600_000),
    "one long text": lambda: sheet(f"<row><c t='inlineStr'><is><t>{'长' * 9_000_000}</t></is></c></row>"),
    "fonts": lambda: styles(f"<fonts>{FONT * 20_000}</fonts>"),
    "formats": lambda: styles(f"<cellXfs>{FORMATS * 60_000}</cellXfs>"),
    "texts": lambda: texts(260_000),
    "texts in a part of another name": lambda: texts(20_000, "xl/texts.bin"),
    "merged areas": lambda: sheet("", f"<mergeCells>{MERGED * 30_000}</mergeCells>"),
    "one sheet under many names": lambda: many_sheets(90),
    "too many sheets": lambda: many_sheets(2_000),
}


def many_sheets(count: int) -> bytes:
    parts = parts_of(workbook(["姓名", "日期"]))
    book = parts["xl/workbook.xml"].decode()
    start = book.index("<sheet ")
    tag = book[start : book.index("/>", start) + 2]
    parts["xl/workbook.xml"] = book.replace(tag, tag * count).encode()
    return packed(parts)


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_workbook_that_asks_for_too_much_is_refused_soon(name):
    content = HOSTILE[name]()
    assert len(content) < reading.MOST_BYTES
    began = time.process_time()

    assert code_of(content) in ("zip_bomb", "corrupt", "too_long")

    assert time.process_time() - began < 2 * SECONDS * BUSY  # read and filled


def test_a_cell_in_the_last_corner_costs_nothing():
    corner = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    words = {"name": ["姓名"], "date": ["日期"]}

    with pytest.raises(Unreadable, match="too_long"):
        reading.read(sheet(corner), "a.xlsx")
    assert filling.find_headings(sheet(corner), words) == (1, {"name": 0, "date": 1})
    assert len(filling.fill(sheet(corner), first_row=2, rows=[{0: "王秀英"}])) < 20_000


def test_columns_from_far_below_zero_are_refused_soon():
    columns = '<cols><col min="-99999999999" max="1" hidden="1"/></cols><sheetData>'

    assert code_of(changed(workbook(["姓名"], ["王秀英"]), ("<sheetData>", columns))) == "corrupt"


def test_a_row_at_infinity_is_refused():
    content = changed(workbook(["姓名"], ["王秀英"]), ('<row r="2"', '<row r="1e999"'))

    assert code_of(content) == "corrupt"
    with pytest.raises(Unreadable, match="corrupt"):
        filling.fill(content, first_row=2, rows=[{0: "王秀英"}])


LARGEST = {
    "a whole list": lambda: sheet(f"<row>{'<c><v>1</v></c>' * 39}</row>" * 4_999),
    "scattered": lambda: sheet('<row r="99999"><c r="BH99999"><v>1</v></c></row>'),
    "formats": lambda: styles(f"{OTHER_FORMATS}<cellXfs>{FORMATS * 49_000}</cellXfs>"),
    "texts": lambda: texts(240_000),
    "merged": lambda: sheet("", f"<mergeCells>{MERGED * 20_000}</mergeCells>"),
}
_MEASURE = """
import re, sys, time
from academy.tables import reading

content = open(sys.argv[1], "rb").read()
def peak():  # in kilobytes
    return int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1])
before = peak()
began = time.process_time()
try:
    reading.read(content, "a.xlsx")
except reading.Unreadable:
    pass
print(time.process_time() - began, (peak() - before) / 1_024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_workbook_that_is_read_costs_little(name, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(LARGEST[name]())

    told = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(tmp_path / "a.xlsx")], capture_output=True, text=True, check=True
    ).stdout.split()

    seconds, megabytes = map(float, told)
    assert (seconds < SECONDS * BUSY, megabytes < MEGABYTES) == (True, True), told
