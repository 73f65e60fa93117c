"""Workbooks of Excel 97 to 2003 for tests: of single records, and stored ones of other programs."""

import struct
from pathlib import Path

from academy.tables.records import Kind

FILES = Path(__file__).parent / "files"
SECTOR = 512
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
BOF = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)


def stored(name: str) -> bytes:
    """Return a workbook of the folder `files`: xlwt made `roll-of-excel-97` and `texts-over-records`."""
    return (FILES / f"{name}.xls").read_bytes()


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def number(row: int, column: int, value: float) -> bytes:
    return record(Kind.NUMBER, struct.pack("<HHHd", row, column, 0, value))


def label(row: int, column: int, text: str) -> bytes:
    signs = text.encode("utf-16-le")
    return record(Kind.LABEL, struct.pack("<HHHHB", row, column, 0, len(signs) // 2, 1) + signs)


def stream(*cells: bytes, before: bytes = b"", style: int = 0, bof: bytes = BOF, name: str = "名册") -> bytes:
    """Return the stream of a workbook with one sheet, whose cells are these records, in one style."""
    signs = name.encode("utf-16-le")
    styles = record(Kind.XF, struct.pack("<HH16x", 0, style))

    def globals_of(start: int) -> bytes:
        sheet = record(Kind.BOUNDSHEET, struct.pack("<IBBBB", start, 0, 0, len(name), 1) + signs)
        return record(Kind.BOF, bof) + before + styles + sheet + record(Kind.EOF)

    head = globals_of(len(globals_of(0)))
    return head + record(Kind.BOF, BOF) + b"".join(cells) + record(Kind.EOF)


def compound(content: bytes, name: str = "Workbook") -> bytes:
    """Return a compound file with one stream."""
    content = content.ljust(4096, b"\0")
    count = -(-len(content) // SECTOR)
    table = [TABLE, END, *range(3, count + 2), END]  # the table, the directory, the stream
    assert len(table) <= SECTOR // 4
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, 1, 0, 4096, END, 0, END, 0, 0),
    )
    return (
        header.ljust(SECTOR, b"\xff")
        + struct.pack(f"<{SECTOR // 4}I", *table, *[FREE] * (SECTOR // 4 - len(table)))
        + (_entry("Root Entry", 5, END, 0) + _entry(name, 2, 2, len(content))).ljust(SECTOR, b"\0")
        + content.ljust(count * SECTOR, b"\0")
    )


def _entry(name: str, kind: int, first: int, size: int) -> bytes:
    signs = name.encode("utf-16-le")
    return struct.pack("<64sHBB48xII4x", signs, len(signs) + 2, kind, 1, first, size)
