"""`manage.py check_roll`: a dry run of the import of a list of people."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from academy.people.models import Consent, Volunteer
from tests.factories import CommunityFactory
from tests.hours.scene import Scene
from tests.roll.lists import HEADINGS, csv_of, person, sheet, stored

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ID = "34052419800101001X"


def check(path: Path, **options: Any) -> dict[str, Any]:
    out = StringIO()
    call_command("check_roll", str(path), format="json", stdout=out, **options)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def verdicts(answer: dict[str, Any]) -> list[tuple[int, str, list[str]]]:
    return [(row["row"], row["verdict"], [fault["code"] for fault in row["faults"]]) for row in answer["rows"]]


def test_each_line_is_named_by_its_number_in_the_sheet(tmp_path: Path) -> None:
    book = sheet(
        person(),
        person(name="李强", id_number=ID, birth_date="", phone="13900139000"),
        person(name="张三、李四"),
        person(name="王阿姨", phone="13900139001"),
        person(phone="138 0013 8000"),
        ["合计", "4人"],
        ["制表人：李敏", "", "", "2026.1.1"],
    )
    book.active.insert_rows(1)
    book.active["A1"] = "Y社区志愿者名册"
    book.active.merge_cells("A1:L1")
    answer = check(stored(tmp_path, book))
    assert answer["header_row"] == 2
    assert verdicts(answer) == [
        (3, "ok", []),
        (4, "ok", []),
        (5, "refuse", ["several_people"]),
        (6, "ask", ["title_name"]),
        (7, "skip", ["twice"]),
        (8, "skip", ["sum"]),
        (9, "skip", ["footer"]),
    ]
    assert answer["counts"] == {"ok": 2, "warn": 0, "ask": 1, "refuse": 1, "skip": 3}
    assert answer["rows"][1]["stored"] == {
        "name": "李强",
        "phone": "13900139000",
        "birth_date": "1980-01-01",
        "consents": ["registration"],
        "sex": "male",
        "id_type": "resident_id",
        "id_number": "3****************X",
    }
    assert answer["rows"][1]["not_stored"] == {}
    assert answer["columns_not_stored"] == ["guardian_phone", "note"]


def test_nothing_is_written_and_no_id_number_is_printed(tmp_path: Path) -> None:
    CommunityFactory()
    path = stored(tmp_path, csv_of(person(id_number=ID, birth_date=""), person(name="李强", phone=ID, note=ID)))
    out = StringIO()
    call_command("check_roll", str(path), stdout=out)
    assert ID not in out.getvalue()
    assert ID not in json.dumps(check(path))
    assert not Volunteer.objects.exists()
    assert not Consent.objects.exists()


def test_the_sheet_that_names_people_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    book = sheet(["每人一行"], headings=["填表说明"], title="说明")
    roll = book.create_sheet("一队")
    for cells in (HEADINGS, person()):
        roll.append(cells)
    second = book.create_sheet("二队")
    for cells in (HEADINGS, person(name="李强")):
        second.append(cells)
    hidden = book.create_sheet("旧")
    hidden.append(["王"])
    hidden.sheet_state = "hidden"
    path = stored(tmp_path, book)
    answer = check(path)
    assert answer["sheet"] == "一队"
    assert answer["other_sheets"] == [
        {"name": "说明", "lines": 2, "hidden": False},
        {"name": "二队", "lines": 2, "hidden": False},
        {"name": "旧", "lines": 1, "hidden": True},
    ]
    assert check(path, sheet="二队")["rows"][0]["stored"]["name"] == "李强"


def test_hidden_lines_merged_names_and_a_far_formatted_cell(tmp_path: Path) -> None:
    book = sheet(person(), person(name="李强", phone="13900139000"), person(phone="13900139001"))
    book.active.merge_cells("B3:B4")
    book.active.row_dimensions[2].hidden = True
    book.active["AZ900"].number_format = "@"
    assert verdicts(check(stored(tmp_path, book))) == [
        (2, "warn", ["hidden_row"]),
        (3, "ok", []),
        (4, "refuse", ["merged_name"]),
    ]


def test_lines_without_a_person_are_skipped_by_their_kind(tmp_path: Path) -> None:
    lines = [
        HEADINGS,
        ["第一小组", *[""] * 11],
        ["7", *[""] * 11],
        person(no="示例", name="张三"),
        person(no="共 12 人", name="", phone="", birth_date=""),
    ]
    answer = check(stored(tmp_path, csv_of(person(), *lines)))
    assert [codes for _row, _verdict, codes in verdicts(answer)] == [
        [],
        ["heading_again"],
        ["section"],
        ["empty_row"],
        ["example"],
        ["sum"],
    ]


def test_gb18030_and_rare_characters_are_read(tmp_path: Path) -> None:
    content = csv_of(person(name="𬀩明")).decode().encode("gb18030")
    answer = check(stored(tmp_path, content))
    assert verdicts(answer) == [(2, "warn", ["rare_character"])]
    assert answer["rows"][0]["stored"]["name"] == "𬀩明"


def test_people_who_stand_in_the_list_twice(tmp_path: Path) -> None:
    content = csv_of(
        person(id_number=ID, birth_date="1980-1-1"),
        person(name="李强", id_number=ID, birth_date="1980-1-1", phone="13900139000"),
        person(birth_date="1980-1-1", phone="13900139001"),
        person(name="陈静", phone="13800138000", birth_date=""),
    )
    assert [codes for _row, _verdict, codes in verdicts(check(stored(tmp_path, content)))] == [
        [],
        ["id_of_another"],
        ["alike_in_file"],
        [],  # elders share a phone (R4)
    ]


def test_the_roll_of_the_community_is_compared(tmp_path: Path, scene: Scene) -> None:
    known = scene.volunteer(name="陈静", phone="13900139005")
    same = person(name="陈静", phone="13900139005", birth_date="")
    moved = person(name="陈静", phone="13900139005", birth_date="1958-3-5", notice="是")
    name_alone = person(name="陈静", phone="", birth_date="")
    answer = check(stored(tmp_path, csv_of(same, moved, name_alone)))
    assert verdicts(answer)[0] == (2, "skip", ["on_roll"])
    assert verdicts(answer)[1][2] == ["alike_in_file", "differs"]
    assert known.number in answer["rows"][1]["faults"][1]["sentence"]
    assert "alike_on_roll" in verdicts(answer)[2][2]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "corrupt"),
        ("a.csv", "甲,乙\n1,2\n".encode(), "needs_name"),
        ("a.csv", b"", "empty"),
        ("a.docx", b"word", "not_a_spreadsheet"),
    ],
)
def test_a_file_that_is_no_list_is_refused_whole(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    out = StringIO()
    with pytest.raises(CommandError, match=code):
        call_command("check_roll", str(stored(tmp_path, content, name)), format="json", stdout=out)
    assert json.loads(out.getvalue())["faults"][0]["code"] == code
