"""Reading a spreadsheet in any saved form, and refusing a file that cannot be trusted."""

import datetime as dt
import io
import warnings
import zipfile

import pytest
from openpyxl import Workbook

from academy.tables import cells, reading
from academy.tables.package import Unreadable
from academy.tables.refusals import UNREADABLE
from tests.factories import workbook


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_the_encodings_and_with_the_signs_that_programs_write(encoding: str, delimiter: str) -> None:
    text = f'姓名{delimiter}日期\r\n\r\n王秀英{delimiter}"2025年\n3月1日"\r\n刘伟{delimiter}\r\n'
    lines = reading.read(text.encode(encoding), "名单.CSV").lines
    assert [line.number for line in lines] == [1, 3, 5]
    assert [line.text(0) for line in lines] == ["姓名", "王秀英", "刘伟"]
    assert cells.parse_date(lines[1].cell(1)) == dt.date(2025, 3, 1)
    assert lines[2].cell(7) is None


def test_a_workbook_is_read_with_its_real_dates_and_its_empty_lines_passed_over() -> None:
    content = workbook(["松林社区 2025 年"], [], ["姓名", "日期"], ["王秀英", dt.datetime(2025, 3, 1)], [None, None])
    lines = reading.read(content, "名单.xlsx").lines
    assert [line.number for line in lines] == [1, 3, 4]
    assert lines[-1].text(1) == "2025-03-01"


def test_the_first_sheet_that_shows_anything_is_read() -> None:
    book = Workbook()
    book.active.sheet_state = "hidden"
    book.active.append(["秘密"])
    book.create_sheet("空")
    book.create_sheet("名单").append(["姓名"])
    file = io.BytesIO()
    book.save(file)
    assert [line.text(0) for line in reading.read(file.getvalue(), "a.xlsx").lines] == ["姓名"]


def zipped(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def locked_zip() -> bytes:
    content = bytearray(zipped(xl__workbook_xml=b"<a/>"))
    content[content.index(b"PK\x01\x02") + 8] |= 1  # encrypted, says its directory
    return bytes(content)


@pytest.mark.parametrize(
    ("code", "name", "content"),
    [
        pytest.param("empty", "a.csv", b"", id="nothing"),
        pytest.param("empty", "a.csv", b"\n , \n", id="empty lines"),
        pytest.param("empty", "a.xlsx", workbook(), id="empty workbook"),
        pytest.param("too_big", "a.csv", b"a" * (reading.MOST_BYTES + 1), id="big"),
        pytest.param("too_long", "a.csv", b"a\n" * (reading.MOST_LINES + 2), id="long"),
        pytest.param("corrupt", "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", id="an .xls that was cut off"),
        pytest.param("locked", "a.xlsx", locked_zip(), id="locked zip"),
        pytest.param("not_a_spreadsheet", "a.pdf", b"%PDF-1.7", id="PDF"),
        pytest.param("not_a_spreadsheet", "a.csv", b"a\0b", id="bytes"),
        pytest.param("not_a_spreadsheet", "a.docx", zipped(word__document_xml=b"<a/>"), id="Word"),
        pytest.param("zip_bomb", "a.xlsx", zipped(xl__workbook_xml=b"\0" * 61_000_000), id="zip bomb"),
        pytest.param("zip_bomb", "a.xlsx", zipped(**{f"part{n}": b"" for n in range(501)}), id="many parts"),
        pytest.param("corrupt", "a.xlsx", b"PK\x03\x04 and then nothing", id="cut off"),
        pytest.param("corrupt", "a.xlsx", zipped(xl__workbook_xml=b"<a"), id="broken XML"),
        pytest.param(
            "corrupt", "a.xlsx", zipped(xl__workbook_xml=b"<!DOCTYPE x [<!ENTITY a 'a'>]><x/>"), id="entities"
        ),
        pytest.param("corrupt", "a.csv", b'a,"' + b"x" * 140_000, id="endless quotation"),
        pytest.param("encoding", "a.csv", b"\xff\xff\x80", id="unknown letters"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused(code: str, name: str, content: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(Unreadable) as refused:
            reading.read(content, name)
    assert refused.value.code == code
    assert code in UNREADABLE


@pytest.mark.slow
def test_a_workbook_may_not_be_longer_than_a_csv() -> None:
    with pytest.raises(Unreadable) as refused:
        reading.read(workbook(*[["a"]] * (reading.MOST_LINES + 2)), "a.xlsx")
    assert refused.value.code == "too_long"


def test_what_is_far_too_long_or_too_wide_is_cut_before_anybody_looks_at_it() -> None:
    (line,) = reading.read(b"x" * 5_000 + b",b" * 100, "a.csv").lines
    assert (len(line.text(0)), len(line.cells)) == (2_000, reading.MOST_COLUMNS)


@pytest.mark.parametrize(
    ("said", "is_sum"),
    [("合计：", True), ("合 计", True), ("Total 12", True), ("小计算机课堂", False), ("总计划", False)],
)
def test_only_a_word_for_a_sum_makes_a_line_of_sums(said: str, is_sum: bool) -> None:
    assert reading.Line(1, (None, said, 3)).is_sum is is_sum


def test_a_long_list_is_read_line_by_line_within_larger_limits() -> None:
    content = b"a\n" * (reading.MOST_LINES + 2)
    with reading.opened(content, "a.csv", times=2) as (table, lines):
        assert (table.lines, sum(1 for _line in lines)) == ([], reading.MOST_LINES + 2)


def test_an_error_of_the_reader_is_no_error_of_the_file() -> None:
    def fail_at_the_first_line() -> None:
        with reading.opened(workbook(["a"]), "a.xlsx") as (_table, lines):
            raise ZeroDivisionError(next(lines))

    with pytest.raises(ZeroDivisionError):
        fail_at_the_first_line()
