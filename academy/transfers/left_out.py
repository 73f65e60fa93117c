"""The lines of a list that were not imported, as a file to correct and to hand in again."""

import datetime as dt
from collections.abc import Iterable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from academy.core.refusals import Refusal
from academy.core.signals import objects_shown
from academy.hours.models import Import
from academy.people.models import User, Volunteer
from academy.tables.left_out import left_out_response
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


def response_of(
    name: str, table: Table, header: int, lines: Iterable[ImportLine], *, practice: bool
) -> HttpResponseBase:
    """Return a workbook with these lines and their problems."""
    by_number = {line.number: line for line in table.lines}
    return left_out_response(
        name,
        by_number.get(header),
        table.filled_columns,
        (
            (
                by_number[line.line],
                " ".join(map(str, line.problems)) or _("It can be imported now: hand it in again."),
            )
            for line in lines
        ),
        practice=practice,
    )


def log_people(request: HttpRequest, lines: list[ImportLine]) -> None:
    """Log that the user is shown these lines' people (N4)."""
    people = list({line.volunteer.pk: line.volunteer for line in lines if line.volunteer}.values())
    objects_shown.send(sender=Volunteer, request=request, objects=people)
