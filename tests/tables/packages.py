"""Workbooks as other programs write them: stored ones, and ones whose parts a test changes."""

import io
import zipfile
from pathlib import Path
from typing import Any

from openpyxl import Workbook

FILES = Path(__file__).parent / "files"
SHEET = "xl/worksheets/sheet1.xml"


def workbook(*rows: list[Any], **cells: Any) -> bytes:
    """Return an Excel workbook with these rows, and `cells` by their names."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for name, value in cells.items():
        book.active[name] = value
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def stored(name: str) -> bytes:
    """Return a workbook of the folder `files`."""
    return (FILES / f"{name}.xlsx").read_bytes()


def part_of(content: bytes, name: str = SHEET) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(name).decode()


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def changed(content: bytes, *changes: tuple[str, str], part: str = SHEET, **added: str) -> bytes:
    """Return the workbook with texts of one part replaced; each must stand there."""
    parts = parts_of(content)
    text = parts[part].decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    parts[part] = text.encode()
    return packed(parts)
