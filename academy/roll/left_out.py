"""The lines of a list of people that are not registered, as a file to correct and to hand in again."""

from academy.core.refusals import Refusal
from academy.core.sentences import join_sentences
from academy.roll import checking
from academy.roll.faults import Verdict
from academy.roll.models import Answer, RollFile
from academy.roll.refusals import UNREADABLE
from academy.roll.services import files
from academy.tables.left_out import LeftOut
from academy.tables.package import Unreadable
from academy.tables.reading import opened

LEFT_OUT = (Verdict.REFUSE, Verdict.ASK)


def lines_left_out(file: RollFile) -> LeftOut | Refusal:
    """Return the lines that were refused or asked about, with the reasons of the check.

    The file is read again, line by line, and holds the original cells. Refuses with `file_gone`, and with those of
    `UNREADABLE`.
    """
    content = files.content_of(file)
    if isinstance(content, Refusal):
        return content
    lines = file.lines.filter(volunteer=None, verdict__in=LEFT_OUT).exclude(answer=Answer.LEAVE)
    reasons = {line.row: join_sentences(line.sentences) for line in lines}
    heading, found = None, []
    try:
        with opened(content, file.name, file.columns["sheet"] or None, times=checking.LIMITS) as (_table, read):
            for line in read:
                if line.number == file.columns["header"]:
                    heading = line
                elif line.number in reasons:
                    found.append(line)
    except Unreadable as error:
        return UNREADABLE[error.code]
    places = sorted({place for line in found for place in range(len(line.cells)) if line.text(place)})
    return LeftOut(file.name, heading, places, [(line, reasons[line.number]) for line in found])
