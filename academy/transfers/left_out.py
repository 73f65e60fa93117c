"""The lines of a list that were not imported, as a file to correct and to hand in again."""

import datetime as dt
from typing import NamedTuple

from django.utils.translation import gettext as _

from academy.core.refusals import Refusal
from academy.core.sentences import join_sentences
from academy.hours.models import Import
from academy.people.models import User, Volunteer
from academy.tables.left_out import LeftOut
from academy.tables.reading import Table
from academy.transfers.models import Upload
from academy.transfers.services import imports
from academy.transfers.services.import_lines import ImportLine


class LeftOutLines(NamedTuple):
    """The lines that are not imported, with their problems of now, and the file as it was read."""

    lines: list[ImportLine]
    table: Table

    @property
    def people(self) -> list[Volunteer]:
        """The volunteers whom these lines name, each once: a file with them is a look (N4)."""
        return list({line.volunteer.pk: line.volunteer for line in self.lines if line.volunteer}.values())

    def content(self, source: Upload | Import) -> LeftOut:
        """Return the content of the workbook of these lines."""
        by_number = {line.number: line for line in self.table.lines}
        why = {line.line: join_sentences(line.problems) for line in self.lines}
        good = _("It can be imported now: hand it in again.")
        return LeftOut(
            source.name,
            by_number.get(source.columns["header"]),
            self.table.filled_columns,
            ((by_number[number], reasons or good) for number, reasons in why.items()),
        )


def lines_left_out(
    source: Upload | Import, *, by: User, at: dt.datetime, table: Table | Refusal | None = None
) -> LeftOutLines | Refusal:
    """Return the lines that would not be imported now; of an import, those that were left out.

    A caller that has read the file gives its `table`. Refuses as `imports.dry_run` does.
    """
    run = imports.check_lines(source, by=by, at=at, hold=False, table=table)
    if isinstance(run, Refusal):
        return run
    if isinstance(source, Upload):
        return LeftOutLines(run.bad, run.table)
    taken = set(source.rows.values_list("line", flat=True))
    return LeftOutLines([line for line in run.lines if line.line not in taken], run.table)
