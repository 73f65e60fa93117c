"""One line of a list of people: what would be stored, and each fault by its code."""

import datetime as dt
from typing import Any

import pytest

from academy.roll.columns import guess
from academy.roll.lines import Entry, read_line
from academy.roll.written_names import read_name
from academy.tables.cells import Formula
from academy.tables.reading import Line
from tests.roll.lists import FIELDS, HEADINGS, person

TODAY = dt.date(2026, 3, 1)
ID = "34052419800101001X"
COLUMNS = guess([Line(1, HEADINGS)]).columns


def read(**changes: Any) -> Entry:
    return read_line(Line(2, tuple(person(**changes))), COLUMNS, today=TODAY, youngest=8)


def codes(entry: Entry) -> list[str]:
    return [fault.code for fault in entry.faults]


def test_a_good_line_has_no_fault() -> None:
    entry = read(notice="√")
    assert (entry.verdict.word, codes(entry)) == ("ok", [])
    assert (entry.name, entry.phone, entry.birth_date) == ("王秀英", "13800138000", dt.date(1958, 3, 5))
    assert entry.granted == ["PUBLIC_NOTICE"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_name"),
        ("张三、李四", "several_people"),
        ("张三 李四", "several_people"),
        ("张三和李四", "several_people"),
        ("张三\n李四", "several_people"),
        ("王强夫妇", "several_people"),
        ("王阿姨", "title_name"),
        ("李姐", "title_name"),
        ("小王", "title_name"),
        ("王*英", "masked_name"),
        ("王□英", "broken_character"),
        ("王\ue000英", "broken_character"),
        ("王", "short_name"),
        ("王秀英（组长）", "name_with_note"),
        ("王秀英13800138000", "odd_name"),
        ("𬀩明", "rare_character"),
        ("英" * 61, "long_name"),
    ],
)
def test_a_doubtful_name_is_named(text: str, code: str) -> None:
    assert [fault.code for fault in read_name(text)[1]] == [code]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("王　英", "王英"),
        ("王 秀英", "王秀英"),
        ("欧阳 娜娜", "欧阳娜娜"),
        ("李和平", "李和平"),
        ("王文姐", "王文姐"),
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("John Smith", "John Smith"),
    ],
)
def test_a_name_as_people_write_it_is_one_name(text: str, name: str) -> None:
    assert read_name(text) == (name, [])


@pytest.mark.parametrize(
    ("changes", "code", "phone"),
    [
        ({"phone": "138 0013 8000"}, None, "13800138000"),
        ({"phone": "１３８００１３８０００"}, None, "13800138000"),
        ({"phone": 13800138000.0}, None, "13800138000"),
        ({"phone": "0731-88881234"}, "landline", "073188881234"),
        ({"phone": ""}, "no_phone", ""),
        ({"phone": "1380013800"}, "bad_phone", ""),
        ({"phone": "138****8000"}, "masked_phone", ""),
        ({"phone": "1.38E+10"}, "phone_lost_digits", ""),
        ({"phone": "13800138000/13900139000"}, "several_phones", "13800138000"),
    ],
)
def test_phones(changes: dict[str, Any], code: str | None, phone: str) -> None:
    entry = read(**changes)
    assert (codes(entry), entry.phone) == ([code] if code else [], phone)


@pytest.mark.parametrize(
    ("cell", "code", "day"),
    [
        ("1958/3/5", None, "1958-03-05"),
        ("1958.03.05", None, "1958-03-05"),
        ("1958年3月5日", None, "1958-03-05"),
        ("19580305", None, "1958-03-05"),
        (19580305, None, "1958-03-05"),
        (dt.datetime(1958, 3, 5), None, "1958-03-05"),
        ("1958-03-05 00:00:00", None, "1958-03-05"),
        ("58.3.5", "two_digit_year", "1958-03-05"),
        (21249, "serial_date", "1958-03-05"),
        ("1958年3月", "birth_no_day", None),
        ("1958", "birth_no_day", None),
        ("1958-2-30", "birth_no_such_day", None),
        ("15-3-5", "birth_unclear_year", None),
        ("2030-1-1", "birth_in_future", None),
        ("1858-1-1", "birth_too_long_ago", None),
        ("农历三月初五", "birth_lunar", None),
        ("3/5/1958", "birth_unreadable", None),
    ],
)
def test_birth_dates(cell: Any, code: str | None, day: str | None) -> None:
    entry = read(birth_date=cell)
    assert codes(entry) == ([code] if code else [])
    assert entry.birth_date == (dt.date.fromisoformat(day) if day else None)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"id_number": ID, "birth_date": "1980-1-1"}, []),
        ({"id_number": "３４０５２４１９８００１０１００１ｘ", "birth_date": ""}, []),
        ({"id_number": ID}, ["birth_contradicts_id"]),
        ({"id_number": ID, "birth_date": "", "sex": "女"}, ["sex_contradicts_id"]),
        ({"id_number": "340524198001010013"}, ["id_checksum"]),
        ({"id_number": "34052419800101001"}, ["id_form"]),
        ({"id_number": 3.40524198001010e17}, ["id_lost_digits"]),
        ({"id_number": "3.40524E+17"}, ["id_lost_digits"]),
        ({"id_number": "340524198001010000"}, ["id_lost_digits"]),
        ({"id_number": "340524800101001"}, ["id_old"]),
        ({"id_number": "3405**********001X"}, ["id_masked"]),
        ({"id_number": "E12345678"}, ["id_other_document"]),
        ({"id_number": ID, "birth_date": "五八年三月"}, ["birth_from_id"]),
        ({"id_number": ID, "birth_date": Formula("=MID(E2,7,8)")}, ["formula_left_out"]),
        ({"birth_date": Formula("=TODAY()")}, ["formula"]),
        ({"birth_date": "#REF!"}, ["error_cell"]),
    ],
)
def test_id_numbers_are_checked_against_the_line(changes: dict[str, Any], wanted: list[str]) -> None:
    assert codes(read(**changes)) == wanted


def test_an_id_number_gives_a_missing_birth_date_and_is_never_shown_whole() -> None:
    entry = read(id_number=ID, birth_date="", note=f"旧证 {ID}")
    assert entry.birth_date == dt.date(1980, 1, 1)
    assert ID not in str(entry.unstored)
    assert ID not in str(read(phone=ID).faults)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"birth_date": "2020-1-1"}, ["too_young"]),
        ({"birth_date": "2016-1-1"}, ["child_without_guardian"]),
        ({"birth_date": "2016-1-1", "guardian": "李芳"}, ["child_without_guardian"]),
        ({"birth_date": "2016-1-1", "guardian": "李芳", "guardian_phone": "13900139000"}, []),
        ({"birth_date": "2010-1-1"}, ["minor_without_guardian"]),
        ({"birth_date": "2016-1-1", "guardian": "李芳", "guardian_phone": "139"}, ["bad_guardian_phone"]),
        (
            {"birth_date": "2016-1-1", "guardian": "王秀英", "guardian_phone": "13900139000"},
            ["guardian_is_self"],
        ),
    ],
)
def test_a_child_has_a_guardian(changes: dict[str, Any], wanted: list[str]) -> None:
    assert codes(read(**changes)) == wanted


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"registration": "否"}, ["no_consent"]),
        ({"registration": ""}, ["no_consent"]),
        ({"notice": "待定"}, ["unclear_consent"]),
        (
            {"notice": "是", "birth_date": "2010-1-1", "guardian": "李芳", "guardian_phone": "13900139000"},
            ["minor_consent"],
        ),
    ],
)
def test_no_consent_is_taken_for_granted(changes: dict[str, Any], wanted: list[str]) -> None:
    entry = read(**changes)
    assert codes(entry) == wanted
    assert entry.granted == []


def test_a_hidden_line_and_merged_cells_are_named() -> None:
    hidden = read_line(Line(3, tuple(person()), is_hidden=True), COLUMNS, today=TODAY, youngest=8)
    assert codes(hidden) == ["hidden_row"]
    merged = {"name": "merged_name", "phone": "merged_phone", "birth_date": "merged_cell", "address": None}
    for name, code in merged.items():
        line = Line(3, tuple(person(address="3栋")), covered={FIELDS.index(name): 2})
        assert codes(read_line(line, COLUMNS, today=TODAY, youngest=8)) == ([code] if code else [])
