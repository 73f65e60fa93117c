"""The package of an Excel workbook: its parts, its sheets, and the layout of a sheet.

A sheet's own `<dimension>` is not read: some programs leave it as it was in an older version of the file.
"""

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

MOST_COLUMNS = 60
MOST_ROWS = 100_000  # including empty ones
# Limits of the time and memory that a workbook may cost (ADR 46). All is counted before a sheet is walked. A tag is
# counted by its first sign, start and end apart.
_MOST_UNPACKED = 25_000_000  # bytes of all parts
_MOST_PARTS = 500
_MOST_TAGS = 1_000_000  # of all parts; a part of any name may hold a sheet
_MOST_TAGS_OF_A_PART = 50_000  # of one that is neither a sheet nor the list of texts
_MOST_TAGS_OF_TEXTS = 500_000  # of the list of texts; openpyxl reads it slowly
_SHEETS, _TEXTS = "xl/worksheets/", "xl/sharedstrings.xml"
_MOST_CELLS = 200_000  # of all sheets, including empty ones
MOST_MERGED = 20_000  # areas of one sheet
MOST_SHEETS = 100
_DEEPEST = 64  # elements inside one another
_STRICT = b"http://purl.oclc.org/ooxml/"
_TRANSITIONAL = {  # the names of Strict Open XML that its transitional form spells differently
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    b"http://purl.oclc.org/ooxml/drawingml/main": b"http://schemas.openxmlformats.org/drawingml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/": b"http://schemas.openxmlformats.org/officeDocument/2006/",
}


class Unreadable(Exception):
    """A file that cannot be read. `refusals.UNREADABLE` holds a sentence for each `code`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Area:
    """A rectangle of cells; rows and columns count from 1 and include the last."""

    top: int
    left: int
    bottom: int
    right: int


_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


def place_of(reference: str) -> tuple[int, int]:
    """Return the row and the column, from 1, of a cell's name as B7."""
    found = _REFERENCE.fullmatch(reference.upper())
    if found is None:
        raise Unreadable("corrupt")
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - 64
    return int(found[2]), column


def area_of(reference: str) -> Area:
    """Return the area of a name as B7 or B7:C9."""
    first, _colon, last = reference.partition(":")
    top, left = place_of(first)
    bottom, right = place_of(last or first)
    return Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))


@dataclass(frozen=True)
class Sheet:
    """A sheet of the workbook, with its name and the path of its part."""

    name: str
    part: str
    is_hidden: bool
    is_table: bool  # a chart has a sheet of its own, without cells


@dataclass
class Layout:
    """The arrangement of a sheet's cells, as its rows show it."""

    is_hidden: bool = False
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)  # from 1
    last_row: int = 0  # that holds a value
    last_column: int = 0
    lines: int = 0  # rows that hold a value
    cells: int = 0


def check_package(content: bytes, times: int = 1) -> None:
    """Check a package before it is unpacked: a workbook of moderate size, without entities.

    `times` multiplies the limits, for a work in the background. Raises `Unreadable` with `locked`, `zip_bomb`,
    `not_a_spreadsheet`, `corrupt`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if any(part.flag_bits & 1 for part in parts):
                raise Unreadable("locked")
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED * times:
                raise Unreadable("zip_bomb")
            if "xl/workbook.xml" not in {part.filename for part in parts}:
                raise Unreadable("not_a_spreadsheet")
            tags = 0
            for part in parts:
                in_part = _count_tags(package, part)
                tags += in_part
                if tags > _MOST_TAGS * times or in_part > _most_tags(part.filename.lower(), times):
                    raise Unreadable("zip_bomb")
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise Unreadable("corrupt") from error


def _most_tags(part: str, times: int) -> int:
    if part.startswith(_SHEETS):
        return _MOST_TAGS * times
    return _MOST_TAGS_OF_TEXTS * times if part.startswith(_TEXTS) else _MOST_TAGS_OF_A_PART


def _count_tags(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """Return the number of tags of a part, if it is XML. Raises `Unreadable` with `corrupt` for entities."""
    with package.open(part) as stream:
        head = stream.read(4_096)
        if b"<!DOCTYPE" in head:
            raise Unreadable("corrupt")
        return head.count(b"<") + sum(chunk.count(b"<") for chunk in iter(lambda: stream.read(65_536), b""))


def transitional(content: bytes) -> bytes:
    """Return a workbook in Strict Open XML with the names that programs read; any other one as it is."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        if _STRICT not in package.read("xl/workbook.xml"):
            return content
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            for part in package.infolist():
                data = package.read(part)
                if part.filename.endswith((".xml", ".rels")):
                    for strict, name in _TRANSITIONAL.items():
                        data = data.replace(strict, name)
                made.writestr(part.filename, data)
        return out.getvalue()


class Tags:
    """The start tags of an XML part, given to `start` as local names with their attributes."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.depth = 0
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.buffer_text = True

    def start(self, name: str, given: dict[str, str]) -> None:
        raise NotImplementedError

    def end(self, name: str) -> None:
        """Receive the local name of an element that ends."""

    def _start(self, name: str, given: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise Unreadable("corrupt")
        self.start(name.rpartition(":")[2], given)

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.end(name.rpartition(":")[2])

    def _refuse(self, *_given: object) -> None:
        raise Unreadable("corrupt")  # entities

    def read(self, stream: IO[bytes]) -> None:
        """Read the part. Raises `Unreadable` with `corrupt`."""
        try:
            self.parser.ParseFile(stream)
        except (expat.ExpatError, zipfile.BadZipFile, ValueError, EOFError) as error:
            raise Unreadable("corrupt") from error


class _Listed(Tags):
    """All start tags of a small part."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.read(io.BytesIO(data))

    def start(self, name: str, given: dict[str, str]) -> None:
        self.found.append((name, {key.rpartition(":")[2]: value for key, value in given.items()}))


def tags_of(data: bytes) -> list[tuple[str, dict[str, str]]]:
    """Return the start tags of an XML part, in order, with local names.

    Raises `Unreadable` with `corrupt`.
    """
    return _Listed(data).found


def targets_of(package: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return the kind and the path of each part that `part` names, by the id of the relationship."""
    folder, name = posixpath.split(part)
    path = f"{folder}/_rels/{name}.rels"
    if path not in package.namelist():
        return {}
    found = {}
    for tag, given in tags_of(package.read(path)):
        if tag == "Relationship" and given.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, given.get("Target", "")))
            found[given.get("Id", "")] = (given.get("Type", "").rpartition("/")[2], target.lstrip("/"))
    return found


def sheets_of(package: zipfile.ZipFile) -> tuple[list[Sheet], int]:
    """Return the sheets of the workbook, and the place of the one that opens first."""
    targets = targets_of(package, "xl/workbook.xml")
    sheets, active = [], 0
    for tag, given in tags_of(package.read("xl/workbook.xml")):
        if tag == "workbookView" and given.get("activeTab", "").isdecimal():
            active = int(given["activeTab"])
        if tag == "sheet":
            kind, path = targets.get(given.get("id", ""), ("", ""))
            state = given.get("state", "visible")
            sheets.append(Sheet(given.get("name", ""), path, state != "visible", kind == "worksheet"))
    if len(sheets) > MOST_SHEETS:
        raise Unreadable("zip_bomb")
    tables = [sheet.part for sheet in sheets if sheet.is_table]
    if len(set(tables)) < len(tables):
        raise Unreadable("corrupt")  # a part would be read once for each sheet
    return sheets, active


class _LayoutTags(Tags):
    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times
        self.layout = Layout()
        self.row = self.column = self.filled = 0
        self.rows = 0
        self.in_data = self.in_row = False

    def end(self, name: str) -> None:
        if name == "row":
            self.in_row = False
        elif name == "sheetData":
            self.in_data = False

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == "sheetData":
            self.in_data = True
        elif self.in_data:
            self._in_data(name, given)
        elif name == "col" and given.get("hidden") in ("1", "true"):
            first, last = int(given["min"]), int(given["max"])
            self.layout.hidden_columns.update(range(max(first, 1), min(last, MOST_COLUMNS) + 1))
        elif name == "mergeCell":
            self.layout.merged.append(area_of(given["ref"]))
            if len(self.layout.merged) > MOST_MERGED:
                raise Unreadable("zip_bomb")

    def _in_data(self, name: str, given: dict[str, str]) -> None:
        layout = self.layout
        if name == "c":
            self.layout.cells += 1
            check_cells(self.layout.cells, self.times)
            self.column = place_of(given["r"])[1] if "r" in given else self.column + 1
        elif name in ("v", "is", "f"):
            layout.last_column = max(layout.last_column, self.column)
            if self.filled != self.row:
                self.filled = layout.last_row = self.row
                layout.lines += 1
        elif name == "row":
            self.rows += 1
            if self.rows > MOST_ROWS:
                raise Unreadable("too_long")
            row = int(float(given["r"])) if "r" in given else self.row + 1
            if row <= self.row or self.in_row:
                raise Unreadable("corrupt")  # rows out of order would be passed over
            self.row, self.column, self.in_row = row, 0, True
            if given.get("hidden") in ("1", "true"):
                layout.hidden_rows.add(row)


def check_cells(count: int, times: int = 1) -> None:
    """Check the number of cells of a workbook. Raises `Unreadable` with `zip_bomb`."""
    if count > _MOST_CELLS * times:
        raise Unreadable("zip_bomb")


def layout_of(stream: IO[bytes], *, is_hidden: bool = False, times: int = 1) -> Layout:
    """Return the layout of a sheet's part. Raises `Unreadable` with `corrupt`, `zip_bomb`, `too_long`."""
    tags = _LayoutTags(times)
    tags.layout.is_hidden = is_hidden
    try:
        tags.read(stream)
    except KeyError as error:
        raise Unreadable("corrupt") from error
    return tags.layout
