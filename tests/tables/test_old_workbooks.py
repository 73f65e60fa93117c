"""Workbooks of Excel 97 to 2003 (.xls) are read as new ones: whole, within limits, or refused."""

import datetime as dt
import random
import struct
from contextlib import suppress

import pytest

from academy.tables import old_workbook, package, reading
from academy.tables.cells import Cell, is_error, is_formula
from academy.tables.package import Unreadable
from academy.tables.records import Kind
from tests.tables.old_files import BOF, SECTOR, compound, label, number, record, stored, stream


def read(content: bytes) -> reading.Table:
    return reading.read(content, "名册.xls")


def code_of(content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read(content)
    return refused.value.code


def cells_of(*records: bytes, style: int = 0, before: bytes = b"") -> tuple[Cell, ...]:
    return read(compound(stream(*records, style=style, before=before))).lines[0].cells


def placed(kind: int, form: str, *values: float) -> bytes:
    return record(kind, struct.pack("<HHH" + form, 0, 0, 0, *values))


# Files that other programs wrote


def test_a_list_of_xlwt_is_read_with_its_dates_names_and_merged_cells() -> None:
    table = read(stored("roll-of-excel-97"))
    assert (table.sheet, table.hidden_lines, table.hidden_columns) == ("志愿者名册", [4], (9,))
    assert [(one.name, one.is_hidden) for one in table.left_out] == [("说明", False), ("旧", True)]
    title, heads, wang, fang, jian, last = table.lines
    assert title.text(9) == "松林社区志愿者名册" and title.covered[9] == 1
    assert [heads.text(place) for place in range(4)] == ["序号", "姓名", "出生日期", "身份证号"]
    assert wang.cells[:6] == (
        *(1, "王秀英", dt.datetime(1958, 3, 5), "430121195803051234"),
        *(13800138000, "夕阳红队"),
    )
    assert wang.cells[6:10] == ("50.00%", dt.time(9), dt.timedelta(hours=30), "á latin only")
    assert (fang.text(1), fang.text(5), fang.covered[5]) == ("𬀩小芳", "夕阳红队", 3)
    assert isinstance(fang.cells[3], float), "its last digits are lost"
    assert (jian.text(1), jian.cells[4], jian.cells[9]) == ("㛃建国", 13_900_000_000, "x" * 300)
    assert is_formula(last.cells[1]) and last.cells[2:5] == (True, 1234.56, 0.01)


def test_texts_that_go_on_in_further_records_are_whole() -> None:
    lines = read(stored("texts-over-records")).lines
    assert len(lines) == 90
    for count, line in enumerate(lines[1:], 1):
        long = "备注很长𬀩" * 7 + str(count) if count % 2 else f"latin {count} " * 6
        assert (line.cells[0], line.cells[1]) == (f"甲{count}", long)


def test_a_list_of_sheetjs_is_read_too() -> None:
    table = read(stored("roll-of-a-program"))
    assert [line.text(0) for line in table.lines] == ["名册", "姓名", "王秀英", "𬀩小芳"]
    assert table.lines[2].cells[1:3] == (dt.datetime(1958, 3, 5), 13_800_138_000)


def test_a_sheet_is_chosen_by_its_name() -> None:
    assert reading.read(stored("roll-of-excel-97"), "a.xls", "说明").lines[0].text(0) == "请认真填写"
    with pytest.raises(Unreadable, match="no_such_sheet"):
        reading.read(stored("roll-of-excel-97"), "a.xls", "旧")


# Cells


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (placed(Kind.RK, "I", 5 << 2 | 2), 5),
        (placed(Kind.RK, "i", -5 << 2 | 2), -5),
        (placed(Kind.RK, "I", 1234 << 2 | 3), 12.34),
        (placed(Kind.RK, "I", 0x3FF80000), 1.5),
        (placed(Kind.RK, "I", 0x40590001), 1),
        (placed(Kind.NUMBER, "d", 13_800_138_000.0), 13_800_138_000),
        (placed(Kind.BOOLERR, "BB", 1, 0), True),
        (placed(Kind.BOOLERR, "BB", 42, 1), "#N/A"),
        (label(0, 0, "𬀩"), "𬀩"),
    ],
)
def test_each_kind_of_cell_has_its_value(cell: bytes, value: Cell) -> None:
    (found,) = cells_of(cell)
    assert found == value and type(found) is type(value)


def test_one_record_holds_several_numbers() -> None:
    packed = struct.pack("<HH" + "HI" * 3 + "H", 0, 1, 0, 6, 0, 10, 0, 14, 3)
    assert cells_of(record(Kind.MULRK, packed)) == (None, 1, 2, 3)


def test_an_error_and_a_formula_are_known_as_such() -> None:
    written = record(Kind.FORMULA, struct.pack("<HHHd", 0, 1, 0, 1))
    error, formula = cells_of(placed(Kind.BOOLERR, "BB", 7, 1), written)
    assert is_error(error) and is_formula(formula)


@pytest.mark.parametrize(
    ("style", "value", "shown"),
    [
        (0, 45_000.0, 45_000),
        (14, 45_000.0, dt.datetime(2023, 3, 15)),
        (31, 45_000.0, dt.datetime(2023, 3, 15)),  # 2023年3月15日
        (57, 45_000.0, dt.datetime(2023, 3, 15)),
        (20, 0.375, dt.time(9)),
        (32, 0.375, dt.time(9)),  # 9时00分
        (46, 1.5, dt.timedelta(hours=36)),
        (10, 0.5, "50.00%"),
        (14, 1e300, "#VALUE!"),
        (0, 4.5e17, 4.5e17),
    ],
)
def test_a_number_is_what_its_format_shows(style: int, value: float, shown: Cell) -> None:
    (found,) = cells_of(number(0, 0, value), style=style)
    assert found == shown and type(found) is type(shown)


def test_a_workbook_of_a_macintosh_counts_its_days_from_1904() -> None:
    before = record(Kind.DATEMODE, struct.pack("<H", 1))
    table = read(compound(stream(number(0, 0, 43_538.0), before=before, style=14)))
    assert table.lines[0].cells == (dt.datetime(2023, 3, 15),) and table.lines[0].since_1904


def test_the_records_of_a_chart_within_a_sheet_are_passed_over() -> None:
    chart = record(Kind.BOF, BOF) + label(0, 0, "图") + record(Kind.EOF)
    assert cells_of(chart, label(0, 0, "王秀英")) == ("王秀英",)


def test_empty_rows_count_and_wide_ones_are_named() -> None:
    table = read(compound(stream(label(0, 0, "姓名"), label(4, 0, "王秀英"), label(4, 70, "远"))))
    assert [line.number for line in table.lines] == [1, 5]
    assert table.columns_left_out == 71 - package.MOST_COLUMNS


# Files that are refused


def test_a_password_or_a_format_before_1997_is_locked() -> None:
    cells = (label(0, 0, "姓名"),)
    assert code_of(compound(stream(*cells, before=record(Kind.FILEPASS, bytes(6))))) == "locked"
    assert code_of(compound(stream(*cells, bof=struct.pack("<HH", 0x0500, 5)))) == "locked"
    assert code_of(compound(b"", "EncryptedPackage")) == "locked"  # a new workbook with a password
    assert code_of(compound(b"", "Book")) == "locked"
    assert code_of(compound(b"", "WordDocument")) == "not_a_spreadsheet"


def test_a_workbook_without_a_value_is_empty() -> None:
    assert code_of(compound(stream())) == "empty"


def test_damaged_workbooks_are_refused() -> None:
    whole = compound(stream(label(0, 0, "姓名")))
    loop = bytearray(whole)
    struct.pack_into("<I", loop, SECTOR + 4 * 3, 3)  # a sector that follows itself
    for content in (whole[:8], whole[:700], whole[: 3 * SECTOR], bytes(loop)):
        assert code_of(content) == "corrupt"
    assert code_of(compound(stream(label(3, 0, "后"), label(1, 0, "前")))) == "corrupt"  # it would be passed over
    assert code_of(compound(stream(record(Kind.LABELSST, struct.pack("<HHHI", 0, 0, 0, 9))))) == "corrupt"
    cut_off = record(Kind.SST, struct.pack("<II", 1, 1) + b"\5\0\1ab")
    assert code_of(compound(stream(before=cut_off))) == "corrupt"
    assert code_of(compound(stream(record(Kind.NUMBER, b"\0\0\0\0")))) == "corrupt"


def test_what_costs_too_much_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = compound(stream(*(label(row, 0, "甲") for row in range(20))))
    monkeypatch.setattr(old_workbook, "_MOST_RECORDS", 30)
    assert code_of(content) == "zip_bomb"
    monkeypatch.undo()
    monkeypatch.setattr(package, "_MOST_CELLS", 19)
    assert code_of(content) == "zip_bomb"
    areas = record(Kind.MERGEDCELLS, struct.pack("<H", 3) + struct.pack("<HHHH", 0, 1, 0, 1) * 3)
    monkeypatch.setattr(old_workbook, "MOST_MERGED", 2)
    assert code_of(compound(stream(areas))) == "zip_bomb"


def test_a_file_with_wrong_bytes_is_read_or_refused() -> None:
    chance = random.Random(97)
    for name in ("roll-of-excel-97", "texts-over-records"):
        whole = stored(name)
        for _attempt in range(60):
            content = bytearray(whole)
            for _byte in range(chance.choice([1, 3, 20])):
                content[chance.randrange(len(content))] = chance.choice([0, 1, 255, chance.randrange(256)])
            with suppress(Unreadable):  # and no other error
                read(bytes(content))
