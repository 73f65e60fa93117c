"""The lines of a list that were left out, as a workbook to correct and to hand in again (ADR 70)."""

from collections.abc import Iterable, Sequence
from typing import IO, NamedTuple

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from academy.core.workbooks import Head, xlsx_file, xlsx_response
from academy.tables.filling import letters
from academy.tables.reading import Line

_STEP = 6  # minutes; no column is summed


class LeftOut(NamedTuple):
    """Content of the workbook."""

    name: str  # of the list
    heading: Line | None
    places: Sequence[int]  # the columns, from 0, whose cells are written
    lines: Iterable[tuple[Line, str]]  # each with its reason


def left_out_response(left_out: LeftOut, *, practice: bool) -> HttpResponseBase:
    """Return a workbook with these lines: the original cells as texts, the number, the reason."""
    return xlsx_response(_title(left_out), _heads(left_out), _rows(left_out), step=_STEP, practice=practice)


def left_out_file(left_out: LeftOut, *, practice: bool) -> tuple[str, IO[bytes]]:
    """Return the name and the open file of the same workbook, for a work in the background."""
    return xlsx_file(_title(left_out), _heads(left_out), _rows(left_out), step=_STEP, practice=practice)


def _title(left_out: LeftOut) -> str:
    return _("%(name)s, lines left out") % {"name": left_out.name.rpartition(".")[0] or left_out.name}


def _heads(left_out: LeftOut) -> list[Head]:
    heading = left_out.heading
    heads = [Head((heading.text(place) if heading else "") or letters(place)) for place in left_out.places]
    return [*heads, Head(_("Line in the original")), Head(_("Why it was not imported"))]


def _rows(left_out: LeftOut) -> Iterable[Sequence[object]]:
    return ([*map(line.text, left_out.places), line.number, why] for line, why in left_out.lines)
