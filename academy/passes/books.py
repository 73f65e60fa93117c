"""Paper passbooks: print what is new, begin another book, print a lost page again (ADR 135).

The server remembers which entry of the ledger stands on which page and row. A printing continues on the sheet that the
person brings along: rows above stay blank, so that the printer fills the empty ones alone.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Max, Q, Sum
from wagtail.log_actions import log

from academy.core.refusals import Refusal
from academy.hours.models import Category, LedgerEntry, ServiceRecord
from academy.passes.models import ROWS, Passbook, PassbookLine, PassbookPrinting
from academy.passes.refusals import NOTHING_NEW, PRINTED_MEANWHILE
from academy.people.models import User, Volunteer

PRINT: Final = "passes.print_passbook"
REPRINT: Final = "passes.reprint_passbook"


@dataclass(frozen=True)
class Change:
    """The content of the next line: an entry, or a correction of a printed one."""

    entry: LedgerEntry | None
    reversal: LedgerEntry | None = None

    @property
    def minutes(self) -> int:
        """The minutes by which the total changes."""
        return sum(one.minutes for one in (self.entry, self.reversal) if one is not None)


def unprinted(volunteer: Volunteer) -> list[Change]:
    """Return what no passbook states yet: services by date, then corrections. Three statements.

    Hours that were taken back before they were printed leave no line.
    """
    rows = Volunteer.objects.one_with(volunteer.stays.pk)
    entries = list(
        LedgerEntry.objects.filter(volunteer__in=rows, category=Category.SERVICE)
        .exclude(minutes=0)
        .order_by("record__date", "pk")
    )
    lines = PassbookLine.objects.of(volunteer).values_list("entry", "reversal")
    printed = {key for pair in lines for key in pair if key is not None}
    taken_back = {entry.reverses_id for entry in entries}
    new = {
        entry.record_id: entry
        for entry in entries
        if entry.reverses_id is None and entry.pk not in printed and entry.pk not in taken_back
    }
    replacing_records = ServiceRecord.objects.of(volunteer).exclude(replaces=None)
    successors = {old: new for old, new in replacing_records.values_list("replaces", "pk") if old is not None}
    corrections = []
    for entry in entries:
        if entry.reverses_id in printed and entry.pk not in printed:
            corrections.append(Change(_replacement(entry.record_id, successors, new), entry))
    replacing = {change.entry.pk for change in corrections if change.entry is not None}
    return [Change(entry) for entry in new.values() if entry.pk not in replacing] + corrections


def _replacement(record_id: int, successors: dict[int, int], new: dict[int, LedgerEntry]) -> LedgerEntry | None:
    """Return the new entry of the record that replaces this one at last, if it has one."""
    while record_id in successors:
        record_id = successors[record_id]
    return new.get(record_id)


def book_of(volunteer: Volunteer) -> Passbook | None:
    """Return the passbook that is continued."""
    return Passbook.objects.of(volunteer).order_by("-begun_at", "-pk").first()


def last_printing(volunteer: Volunteer) -> PassbookPrinting | None:
    """Return the person's newest printing, of all their passbooks."""
    return PassbookPrinting.objects.of(volunteer).order_by("-pk").first()


def pages_of(book: Passbook) -> int:
    """Return the number of pages that were printed; a new book has one."""
    return book.lines.aggregate(most=Max("page"))["most"] or 1


@transaction.atomic
def print_next(
    *, volunteer: Volunteer, seen: int | None, by: User, at: dt.datetime, in_new_book: bool = False
) -> PassbookPrinting | Refusal:
    """Write what is new into the passbook, and return the printing; its file is `printing.pdf_of`.

    `seen` is the newest printing that the user saw, so that two users never print one after the other without knowing.
    Without a passbook the first one is begun. Refuses with `passbook_printed_meanwhile` and `passbook_complete`.
    """
    person = Volunteer.objects.select_for_update(no_key=True, of=("self",)).get(pk=volunteer.stays.pk)
    last = last_printing(person)
    if (last.pk if last is not None else None) != seen:
        return PRINTED_MEANWHILE
    book, changes = book_of(person), unprinted(person)
    total = _printed_minutes(person)
    if book is None or in_new_book:
        book = _begin(person, total, by=by, at=at)
    elif not changes:
        return NOTHING_NEW
    printing = PassbookPrinting.objects.create(book=book, printed_at=at, printed_by=by)
    newest = book.lines.order_by("page", "row").last()
    place = (newest.page - 1) * ROWS + newest.row if newest is not None else 0
    lines = []
    for change in changes:
        total += change.minutes
        page, row = divmod(place, ROWS)
        place += 1
        lines.append(
            PassbookLine(
                book=book,
                printing=printing,
                page=page + 1,
                row=row + 1,
                entry=change.entry,
                reversal=change.reversal,
                total=total,
            )
        )
    PassbookLine.objects.bulk_create(lines)
    log(person, PRINT, user=by, timestamp=at)
    return printing


def _begin(person: Volunteer, total: int, *, by: User, at: dt.datetime) -> Passbook:
    most = Passbook.objects.of(person).aggregate(most=Max("number"))["most"] or 0
    return Passbook.objects.create(volunteer=person, number=most + 1, brought_forward=total, begun_at=at, begun_by=by)


def _printed_minutes(person: Volunteer) -> int:
    """Return the total that the person's passbooks show."""
    sums = PassbookLine.objects.of(person).aggregate(
        added=Sum("entry__minutes", filter=Q(entry__isnull=False)),
        taken=Sum("reversal__minutes", filter=Q(reversal__isnull=False)),
    )
    return (sums["added"] or 0) + (sums["taken"] or 0)
