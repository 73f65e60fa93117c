"""Check a stored list, keep its lines with their faults, and take a person's answers to the questions."""

import datetime as dt
from collections.abc import Callable, Mapping
from itertools import islice

from django.db import transaction
from django.utils import timezone

from academy.core import encryption
from academy.core.refusals import Refusal
from academy.people import ages
from academy.people.models import User
from academy.roll import checking
from academy.roll.columns import ColumnGuess
from academy.roll.faults import Verdict
from academy.roll.lines import Entry
from academy.roll.matching import KINDS, Roll
from academy.roll.models import Answer, RollFile, RollLine
from academy.roll.refusals import ALREADY_DONE, HALF_DONE, UNREADABLE
from academy.roll.services.files import cannot_change, content_of, locked
from academy.tables.package import Unreadable
from academy.tables.reading import opened

AT_ONCE = 500  # lines in one statement


def check_list(
    *, file: RollFile, by: User, at: dt.datetime, tell: Callable[[int], None] = lambda done: None
) -> RollFile | Refusal:
    """Check all lines, and keep them with their faults. Nothing is written to the roll.

    `tell` takes the number of lines that are done. Answers of an earlier check are kept where a line has the same name
    and the same questions. Refuses with `already_done`, `needs_name`, `file_gone`, and with those of `UNREADABLE`.
    """
    content = content_of(file)
    if isinstance(content, Refusal):
        return content
    if not file.columns or file.imported_at is not None:
        return ALREADY_DONE
    if file.lines.exclude(volunteer=None).exists():
        return HALF_DONE
    today, of = timezone.localdate(at), file.columns
    answers = {
        (line.row, line.name, repr(line.faults)): line.answer for line in file.lines.exclude(answer="").iterator()
    }
    file.lines.all().delete()
    done = 0
    try:
        with opened(content, file.name, of["sheet"] or None, times=checking.LIMITS) as (table, lines):
            read = checking.begin(
                table,
                lines,
                today=today,
                youngest=ages.youngest(file.community, today),
                chosen=ColumnGuess(of["header"], of["of"]),
                compare=Roll(file.community, today, keeps_documents=bool(file.document_evidence)).compare,
            )
            if isinstance(read, Refusal):
                return read
            while some := [_line(file, entry, answers) for entry in islice(read.entries, AT_ONCE)]:
                RollLine.objects.bulk_create(some)
                done += len(some)
                tell(done)
    except Unreadable as error:
        file.lines.all().delete()
        return UNREADABLE[error.code]
    RollFile.objects.filter(pk=file.pk).update(checked_at=at)
    file.checked_at = at
    file.__dict__.pop("counts", None)
    return file


def _line(file: RollFile, entry: Entry, answers: Mapping[tuple[int, str, str], str]) -> RollLine:
    line = RollLine(
        source=file,
        row=entry.row,
        verdict=entry.verdict.value,
        faults=[[fault.code, dict(fault.values)] for fault in entry.faults],
        name=entry.name[:60],
        phone=entry.phone,
        birth_date=entry.birth_date,
        guardian=entry.guardian[:60] if "guardian" not in entry.unstored else "",
        consents=[KINDS[kind].value for kind in entry.granted if kind in KINDS],
        person_id=entry.person,
        details=entry.details,
        unit_id=entry.unit_id,
        document=encryption.seal(entry.document) if entry.keeps_document(bool(file.document_evidence)) else "",
    )
    line.answer = answers.get((line.row, line.name, repr(line.faults)), "")
    return line


@transaction.atomic
def answer_questions(*, file: RollFile, answers: Mapping[int, str], by: User) -> int | Refusal:
    """Store a person's answers, by the row of each line. Return how many questions are still open.

    An answer that a line does not take is left out: only a line with other details of one person changes that entry.
    Refuses as `cannot_change` does.
    """
    kept = locked(file)
    if refusal := cannot_change(kept, by=by):
        return refusal
    lines = list(file.lines.filter(verdict=Verdict.ASK, row__in=answers))
    for line in lines:
        answer = answers[line.row]
        if answer in Answer.values and (answer != Answer.UPDATE or line.may_update):
            line.answer = answer
    RollLine.objects.bulk_update(lines, ["answer"], batch_size=AT_ONCE)
    return file.lines.open().count()
