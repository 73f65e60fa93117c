"""Spreadsheets as people have them."""

import datetime as dt
import io
import zipfile

import pytest
from openpyxl import Workbook

from academy.hours import spreadsheets
from academy.hours.services.imports import WORDS


def xlsx(*rows, title="Sheet", before=()):
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for name in before:
        book.create_sheet(name, 0)
    for row in rows:
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


ROWS = [["姓名", "日期", "时长"], ["王秀英", "2025-03-01", "2.5"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_however_it_was_saved(encoding, delimiter):
    text = "\r\n".join(delimiter.join(row) for row in ROWS)

    assert spreadsheets.read("时长.csv", text.encode(encoding)) == ROWS


def test_a_workbook_is_read_with_its_dates_times_and_numbers():
    data = xlsx(
        ["姓名", "日期", "时长", "开始"],
        ["王秀英", dt.datetime(2025, 3, 1), 2.5, dt.time(9, 5)],
        [" 刘 伟 ", dt.date(2025, 3, 2), 3, None],
        [None, dt.datetime(2025, 3, 1, 9, 5), 1 / 3, dt.timedelta(hours=1, minutes=30)],
    )

    assert spreadsheets.read("时长.xlsx", data)[1:] == [
        ["王秀英", "2025-03-01", "2.5", "9:05"],
        ["刘 伟", "2025-03-02", "3", ""],
        ["", "2025-03-01 09:05", "0.333333", "1:30"],
    ]


def test_the_first_sheet_that_holds_something_is_read():
    assert spreadsheets.read("a.xlsx", xlsx(*ROWS, before=["空"])) == ROWS


def test_lines_keep_their_numbers():
    assert spreadsheets.read("a.csv", b"a,b\n\n1,2\n\n") == [["a", "b"], ["", ""], ["1", "2"]]


def package(**parts):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/"), content)
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\n\n", "empty"),
        ("a.xlsx", xlsx(), "empty"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_excel"),
        ("a.xlsx", b"PK\x03\x04" + bytes(100), "not_a_table"),
        ("a.docx", package(word__document="…"), "not_a_table"),
        ("a.xlsx", package(**{"xl__workbook.xml": "<workbook"}), "not_a_table"),
        ("a.xlsx", package(**{"xl__workbook.xml": bytes(61_000_000)}), "too_big"),
        ("a.pdf", b"%PDF-1.7", "not_a_table"),
        ("a.csv", b"a\0b", "not_a_table"),
        ("a.csv", b"a,b\n\xff\xff\xff,1", "not_a_table"),
        ("a.csv", b"1" * 5_000_001, "too_big"),
        ("a.csv", b"a,b\n" * 5_013, "too_long"),
        ("a.xlsx", xlsx(*[["a"]] * 5_013), "too_long"),
    ],
)
def test_what_cannot_be_read_says_why(name, data, code):
    with pytest.raises(spreadsheets.Unreadable) as caught:
        spreadsheets.read(name, data)

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("headings", "columns"),
    [
        (["序号", "姓名", "志愿者编号", "服务日期", "服务时长（小时）", "活动名称", "服务内容", "服务地点", "组织单位"],
         {"name": 1, "number": 2, "date": 3, "minutes": 4, "title": 5, "content": 6, "place": 7, "organiser": 8}),
        (["志愿者", "联系电话", "活动日期*", "开始时间", "结束时间", "项目"],
         {"name": 0, "phone": 1, "date": 2, "starts": 3, "ends": 4, "title": 5}),
        (["Name", "Date", "Hours", "Activity"], {"name": 0, "date": 1, "minutes": 2, "title": 3}),
    ],
)  # fmt: skip
def test_headings_are_guessed_below_whatever_stands_above_them(headings, columns):
    headings = spreadsheets.read("a.xlsx", xlsx(headings))[0]
    rows = [["2025 年度志愿服务记录"], ["填表人：孙丽", "日期：1月"], headings, ["1", "王秀英"]]

    assert spreadsheets.guess(rows, WORDS) == (2, columns)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-03-01", (2025, 3, 1)),
        ("2025/3/1", (2025, 3, 1)),
        ("2025.3.1", (2025, 3, 1)),
        ("2025年3月1日", (2025, 3, 1)),
        ("2025年3月1日 上午", (2025, 3, 1)),
        ("2025-03-01 09:05", (2025, 3, 1)),
        ("20250301", (2025, 3, 1)),
        ("45717", (2025, 3, 1)),
        ("2024-02-29", (2024, 2, 29)),
        ("2025-02-29", None),
        ("20251301", None),
        ("3月1日", None),
        ("", None),
        ("12", None),
    ],
)
def test_a_day_is_understood_as_people_write_it(text, day):
    assert spreadsheets.day_of(text) == (dt.date(*day) if day else None)


@pytest.mark.parametrize(
    ("text", "in_minutes", "minutes"),
    [
        ("3", False, 180),
        ("2.5", False, 150),
        ("2.55", False, 153),
        ("0.333", False, 19),  # cut, never up
        ("90", True, 90),
        ("90.9", True, 90),
        ("3小时", False, 180),
        ("3 小时 30 分", False, 210),
        ("210分钟", False, 210),
        ("1.5个小时", True, 90),
        ("3:30", False, 210),
        ("3h", False, 180),
        ("9:00-12:30", False, 210),
        ("9:00至12:30", False, 210),
        ("0", False, 0),
        ("12:30-9:00", False, None),
        ("三小时", False, None),
        ("-2", False, None),
        ("", False, None),
    ],
)
def test_a_duration_is_understood_and_never_rounded_up(text, in_minutes, minutes):
    assert spreadsheets.minutes_of(text, in_minutes=in_minutes) == minutes


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("9:00", "11:30", 150),
        ("2025-03-01 09:00", "2025-03-01 11:30", 150),
        ("9点", "11点30", 150),
        ("22:00", "24:00", 120),
        ("11:30", "9:00", None),
        ("9:00", "9:00", None),
        ("9:00", "25:00", None),
        ("9:00", "9:61", None),
        ("9:00", "", None),
    ],
)
def test_the_time_between_two_clocks(start, end, minutes):
    assert spreadsheets.between(start, end) == minutes


@pytest.mark.parametrize(("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA")])
def test_columns_are_called_as_the_spreadsheet_calls_them(column, name):
    assert spreadsheets.letters(column) == name
