"""The columns of a list, guessed by their headings."""

from typing import Any

import pytest

from academy.tables import reading
from academy.transfers.services.import_columns import guess
from tests.factories import workbook
from tests.transfers.lists import (
    COLUMNS,
    HEADERS,
)


@pytest.mark.parametrize(
    ("headers", "columns", "in_minutes"),
    [
        (HEADERS, COLUMNS, False),
        (("序号", "姓 名", "手机", "活动日期", "时长（分钟）"), {"name": 1, "phone": 2, "date": 3, "hours": 4}, True),
        (("志愿者姓名*", "日期", "服务时间（小时）"), {"name": 0, "date": 1, "hours": 2}, False),
        (
            ("Name", "Date", "Start", "End", "Activity"),
            {"name": 0, "date": 1, "begins": 2, "ends": 3, "title": 4},
            False,
        ),
    ],
)
def test_the_headers_are_found_under_a_title_and_guessed(headers: Any, columns: Any, in_minutes: bool) -> None:
    lines = reading.read(workbook(["松林社区志愿服务"], [], headers, ["1", "王秀英"]), "a.xlsx").lines
    guessed = guess(lines)
    assert (guessed.header, guessed.columns, guessed.in_minutes) == (3, columns, in_minutes)


def test_nothing_is_guessed_where_no_headers_stand() -> None:
    guessed = guess(reading.read("王秀英,2025-03-01\n".encode(), "a.csv").lines)
    assert (guessed.header, guessed.columns) == (1, {})
