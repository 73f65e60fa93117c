"""The lines of a list that were not imported, as a file to correct and to hand in again."""

from collections.abc import Iterable

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from academy.core.workbooks import Head, xlsx_response
from academy.tables.filling import letters
from academy.tables.reading import Table
from academy.transfers.services.import_lines import ImportLine


def left_out_response(name: str, table: Table, header: int, lines: Iterable[ImportLine]) -> HttpResponseBase:
    """Return a workbook with these lines: the original cells as texts, their number, and the reasons in words."""
    places = table.filled_columns
    by_number = {line.number: line for line in table.lines}
    named = by_number.get(header)
    heads = [Head(named.text(place) if named and named.text(place) else letters(place)) for place in places]
    heads += [Head(_("Line in the original")), Head(_("Why it was not imported"))]
    rows = (
        [
            *(by_number[line.line].text(place) for place in places),
            line.line,
            " ".join(map(str, line.problems)) or _("It can be imported now: hand it in again."),
        ]
        for line in lines
    )
    title = _("%(name)s, lines left out") % {"name": name.rpartition(".")[0] or name}
    return xlsx_response(title, heads, rows, step=6)
