"""Small workbooks that ask for much are refused (ADR 46); `make bench` measures the largest."""

import pytest

from academy.tables import filling, reading
from academy.tables.package import Unreadable
from tests.factories import workbook
from tests.tables.hostile import HOSTILE, LARGEST, sheet
from tests.tables.packages import changed

pytestmark = pytest.mark.slow


def code_of(content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        reading.read(content, "a.xlsx")
    with pytest.raises(Unreadable):
        filling.find_headings(content, {"name": ["姓名"], "date": ["日期"]})
    return refused.value.code


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_workbook_that_asks_for_too_much_is_refused(name):
    content = HOSTILE[name]()
    assert len(content) < reading.MOST_BYTES

    assert code_of(content) in ("zip_bomb", "corrupt", "too_long")


@pytest.mark.soak
@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_workbooks_are_read(name):
    assert reading.read(LARGEST[name](), "a.xlsx").lines


def test_a_line_far_below_the_list_is_read():
    table = reading.read(sheet('<row r="99999"><c r="BH99999"><v>1</v></c></row>'), "a.xlsx")

    assert [(line.number, line.cell(59)) for line in table.lines[1:]] == [(99_999, 1)]


def test_a_cell_in_the_last_corner_costs_nothing():
    corner = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    words = {"name": ["姓名"], "date": ["日期"]}

    with pytest.raises(Unreadable, match="too_long"):
        reading.read(sheet(corner), "a.xlsx")
    assert filling.find_headings(sheet(corner), words) == (1, {"name": 0, "date": 1})
    assert len(filling.fill(sheet(corner), first_row=2, rows=[{0: "王秀英"}])) < 20_000


def test_columns_from_far_below_zero_are_refused():
    columns = '<cols><col min="-99999999999" max="1" hidden="1"/></cols><sheetData>'

    assert code_of(changed(workbook(["姓名"], ["王秀英"]), ("<sheetData>", columns))) == "corrupt"


def test_a_row_at_infinity_is_refused():
    content = changed(workbook(["姓名"], ["王秀英"]), ('<row r="2"', '<row r="1e999"'))

    assert code_of(content) == "corrupt"
    with pytest.raises(Unreadable, match="corrupt"):
        filling.fill(content, first_row=2, rows=[{0: "王秀英"}])
