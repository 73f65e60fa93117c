"""CSV files and workbooks as people who live in Excel expect them.

A data cell is never a formula. The only formulas are our own sums above the headings (ADR 69).
"""

import codecs
import csv
import datetime as dt
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import IO, Any

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from academy.core.practice import titled
from academy.core.templatetags.academy import yes_or_no
from academy.core.text import visible

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AT_ONCE = 1000  # rows
HOURS, MINUTES, COUNT = "hours", "minutes", "count"  # kinds of columns that are summed

# The signs that begin a formula. A Chinese Excel reads the wide ones too.
_FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\n", "\r")
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\[\]\r\n\t]+')  # of files and of sheets
_LAST_ROW = 1_048_576
_IN_MEMORY = 2_000_000  # bytes of a file; a larger one waits on the disk
_LONGEST = 32_767  # characters of a cell
_WIDEST = 44
_FORMATS = {dt.datetime: "yyyy-mm-dd hh:mm", dt.date: "yyyy-mm-dd", dt.time: "hh:mm", float: "0.0", str: "@"}


@dataclass(frozen=True)
class Head:
    """The heading of a column, and its kind."""

    label: str
    kind: str = ""


def plain_cell(text: str) -> str:
    """Return a cell of a CSV file that no program reads as a formula: `=1+1` → `'=1+1`."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def file_name(title: Any, ending: str) -> str:
    """Return the name of a file that is made today: `服务记录 2026-11-29.xlsx`."""
    return f"{_NOT_IN_NAMES.sub(' ', str(title)).strip()} {timezone.localdate().isoformat()}.{ending}"


def csv_response(
    title: Any, heads: Sequence[Head], rows: Iterable[Sequence[Any]], *, practice: bool
) -> HttpResponseBase:
    """Return a CSV file, written as it is sent; Excel reads its mark of UTF-8.

    `practice` marks the name of the file and its first heading (ADR 77).
    """
    title, heads = _marked(title, heads, practice)
    return _as_file(StreamingHttpResponse(_csv(heads, rows), content_type="text/csv"), file_name(title, "csv"))


def xlsx_response(
    title: Any, heads: Sequence[Head], rows: Iterable[Sequence[Any]], *, step: int, practice: bool
) -> HttpResponseBase:
    """Return a workbook with one sheet; `practice` as for `csv_response`."""
    name, output = xlsx_file(title, heads, rows, step=step, practice=practice)
    return _as_file(FileResponse(output, content_type=XLSX), name)


def xlsx_file(
    title: Any, heads: Sequence[Head], rows: Iterable[Sequence[Any]], *, step: int, practice: bool
) -> tuple[str, IO[bytes]]:
    """Return the name and the open file of a workbook with one sheet; `practice` as for `csv_response`."""
    title, heads = _marked(title, heads, practice)
    output: Any = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # the caller closes it
    write_book(output, str(title), heads, rows, step=step)
    output.seek(0)
    return file_name(title, "xlsx"), output


def _marked(title: Any, heads: Sequence[Head], practice: bool) -> tuple[str, Sequence[Head]]:
    first = [replace(heads[0], label=titled(heads[0].label, practice=practice))] if heads else []
    return titled(title, practice=practice), [*first, *heads[1:]]


def _as_file(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response.headers["Content-Disposition"] = str(content_disposition_header(True, name))
    return response


def written(value: Any) -> Any:
    """Return a value as a cell holds it: local times without seconds, words for truth values, texts."""
    match value:
        case None | "":
            return None
        case bool():
            return yes_or_no(value)
        case dt.datetime():
            local = timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
            return local.replace(second=0, microsecond=0)
        case dt.time():
            return value.replace(second=0, microsecond=0)
        case dt.date() | int() | float():
            return value
        case list() | tuple():
            return "、".join(str(one) for one in map(written, value) if one is not None) or None
        case _:
            return visible(str(value))[:_LONGEST] or None  # a fact of an earlier release may hold control characters


class _Echo:
    """A file that returns what is written to it."""

    def write(self, text: str) -> bytes:
        return text.encode()


def _csv(heads: Sequence[Head], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    writer = csv.writer(_Echo())
    yield codecs.BOM_UTF8
    yield writer.writerow([head.label for head in heads])
    for row in rows:
        yield writer.writerow([_in_csv(written(value)) for value in row])


def _in_csv(value: Any) -> Any:
    match value:
        case dt.datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case dt.time():
            return value.strftime("%H:%M")
        case str():
            return plain_cell(value)
        case _:
            return value


# Workbooks


def write_book(
    output: IO[bytes], title: str, heads: Sequence[Head], rows: Iterable[Sequence[Any]], *, step: int
) -> None:
    """Write a workbook row by row: headings that stay in sight, filters, and sums that follow them.

    Sums stand above the headings, with an empty row between, so that filters, sorting and pivot tables find the list
    by itself. The sum of hours is that of the minutes, cut by `step` (H1).
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_NOT_IN_NAMES.sub(" ", title).strip()[:31] or None)
    rest = ([written(value) for value in row] for row in rows)
    first = list(islice(rest, AT_ONCE))  # the widths stand before the rows
    for place, head in enumerate(heads):
        sheet.column_dimensions[get_column_letter(place + 1)].width = _width(head, [row[place] for row in first])
    has_sums = any(head.kind for head in heads)
    head_row = 3 if has_sums else 1
    sheet.freeze_panes = f"A{head_row + 1}"
    bold = Font(bold=True)
    if has_sums:
        sheet.append(_sums(sheet, heads, head_row + 1, step, bold))
        sheet.append([])
    sheet.append(_styled(sheet, head.label, bold) for head in heads)
    last = head_row
    kept = {kind: _kept(sheet, number_format) for kind, number_format in _FORMATS.items()}
    for row in chain(first, rest):
        sheet.append(_quick(kept, value) for value in row)
        last += 1
    sheet.auto_filter.ref = f"A{head_row}:{get_column_letter(len(heads))}{max(last, head_row + 1)}"
    book.save(output)


def _sums(sheet: Any, heads: Sequence[Head], first_row: int, step: int, bold: Font) -> Iterator[Any]:
    for place, head in enumerate(heads):
        if not head.kind:
            yield _styled(sheet, _("Sum") if place == 0 else None, bold)
            continue
        letter = get_column_letter(place + (2 if head.kind == HOURS else 1))
        total = f"SUBTOTAL(109,{letter}{first_row}:{letter}{_LAST_ROW})"
        cell = WriteOnlyCell(sheet, f"=TRUNC(TRUNC({total}/{step})*{step}/6)/10" if head.kind == HOURS else f"={total}")
        cell.number_format, cell.font = "0.0" if head.kind == HOURS else "0", bold
        yield cell


def _styled(sheet: Any, text: str | None, font: Font) -> Any:
    cell = WriteOnlyCell(sheet, text)
    if text:
        cell.data_type = "s"
    cell.font = font
    return cell


def _kept(sheet: Any, number_format: str) -> Any:
    cell = WriteOnlyCell(sheet)
    cell.number_format = number_format
    return cell


def _quick(kept: dict[type, Any], value: Any) -> Any:
    """Return the value, or a kept cell with it: a new one costs ten times as much.

    Each cell is written at once."""
    is_text = isinstance(value, str)
    if (is_text and value[0] not in "=#") or (cell := kept.get(type(value))) is None:
        return value
    cell.value = value
    if is_text:
        cell.data_type = "s"  # openpyxl takes some texts for formulas and errors
    return cell


def _width(head: Head, values: Iterable[Any]) -> int:
    """Return the width of a column that shows its heading, with the button of the filter, and its values."""
    widths = (len(_FORMATS.get(type(value), "")) if not isinstance(value, str) else signs(value) for value in values)
    return min(max(signs(head.label) + 4, max(widths, default=0) + 2, 10 if head.kind else 6), _WIDEST)


def signs(text: str) -> int:
    """Return the width of a text in Latin letters: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)
