"""The lines of a list that were not imported, as a file to correct and to hand in again."""

import datetime as dt
from collections.abc import Iterable

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from academy.core.refusals import Refusal
from academy.core.workbooks import Head, xlsx_response
from academy.hours.models import Import
from academy.people.models import User
from academy.tables.filling import letters
from academy.tables.reading import Table
from academy.transfers.services import imports
from academy.transfers.services.import_lines import ImportLine


def lines_left_out(*, done: Import, by: User, at: dt.datetime) -> list[ImportLine] | Refusal:
    """Return the lines of an imported file that were left out, with the problems that they have now.

    Refuses as `imports.dry_run` does.
    """
    run = imports.check_lines(done, by=by, at=at, hold=False)
    if isinstance(run, Refusal):
        return run
    taken = set(done.rows.values_list("line", flat=True))
    return [line for line in run.lines if line.line not in taken]


def left_out_response(
    name: str, table: Table, header: int, lines: Iterable[ImportLine], *, practice: bool
) -> HttpResponseBase:
    """Return a workbook with these lines: the original cells as texts, the number, the reasons."""
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
    return xlsx_response(title, heads, rows, step=6, practice=practice)
