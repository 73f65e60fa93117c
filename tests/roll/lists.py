"""Lists of people for tests, as offices send them."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

HEADINGS = (
    "序号",
    "姓名",
    "性别",
    "出生日期",
    "身份证号",
    "手机/电话",
    "地址/楼栋",
    "备注",
    "监护人",
    "监护人电话",
    "同意个人信息处理",
    "同意公示",
)
FIELDS = (
    "no",
    "name",
    "sex",
    "birth_date",
    "id_number",
    "phone",
    "address",
    "note",
    "guardian",
    "guardian_phone",
    "registration",
    "notice",
)


def person(**changes: Any) -> list[Any]:
    """Return a good line of the list, with these changes."""
    cells = {
        **dict.fromkeys(FIELDS, ""),
        "name": "王秀英",
        "birth_date": "1958-03-05",
        "phone": "13800138000",
        "registration": "是",
        **changes,
    }
    return [cells[name] for name in FIELDS]


def sheet(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS, title: str = "名册") -> Workbook:
    book = Workbook()
    book.active.title = title
    for cells in (headings, *rows):
        book.active.append(list(cells))
    return book


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_of(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS) -> bytes:
    return "\n".join(",".join(map(str, cells)) for cells in (headings, *rows)).encode()


def stored(folder: Path, content: bytes | Workbook, name: str = "") -> Path:
    data = saved(content) if isinstance(content, Workbook) else content
    path = folder / (name or ("list.xlsx" if isinstance(content, Workbook) else "list.csv"))
    path.write_bytes(data)
    return path
