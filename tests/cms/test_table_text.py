"""Tables as people paste and type them."""

import pytest

from cms.table_text import rows_of, text_of


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        pytest.param("时间\t地点\n9:00\t服务台", [["时间", "地点"], ["9:00", "服务台"]], id="from Word or Excel"),
        pytest.param(
            "时间 | 地点\n9:00 ｜ 服务台", [["时间", "地点"], ["9:00", "服务台"]], id="typed, with a wide bar"
        ),
        pytest.param("| 甲 | 乙 |\n|---|---|\n| 1 |  |", [["甲", "乙"], ["1", ""]], id="with bars around and a rule"),
        pytest.param("甲\t乙\t丙\n1", [["甲", "乙", "丙"], ["1", "", ""]], id="a short row"),
        pytest.param("a|b\tc\nd\te", [["a|b", "c"], ["d", "e"]], id="a bar inside a cell of a pasted table"),
        pytest.param("\n \n甲|乙\n\n", [["甲", "乙"]], id="empty lines"),
        pytest.param("一行", [["一行"]], id="one column"),
        pytest.param("", [], id="empty"),
    ],
)
def test_lines_are_rows(text: str, rows: list[list[str]]) -> None:
    assert rows_of(text) == rows


def test_a_written_table_is_read_again() -> None:
    rows = [["甲", "乙"], ["1|2", " a\tb "]]
    assert rows_of(text_of(rows)) == [["甲", "乙"], ["1/2", "a b"]]
