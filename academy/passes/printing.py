"""Passbooks as PDF: one printing, the same file whenever it is opened, or a lost page again."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.utils import timezone
from wagtail.log_actions import log

from academy.core import formats
from academy.core.practice import is_practice
from academy.core.refusals import Refusal
from academy.core.shown_hours import step_of
from academy.paper.pdf import print_sheet, printable_name
from academy.passes import books
from academy.passes.models import Passbook, PassbookLine, PassbookPrinting
from academy.passes.refusals import NO_SUCH_PAGE
from academy.passes.sheets import PassbookPage, PassbookRow, PassbookSheet
from academy.people.models import Issuer, User

LANGUAGE = "zh-hans"


def pdf_of(printing: PassbookPrinting) -> bytes | Refusal:
    """Return the file of this printing: its rows on the sheet in use, then further pages with their frame.

    The first printing of a book has its cover, how to read it, and a first page.
    """
    book = printing.book
    earlier = book.printings.filter(pk__lt=printing.pk).exists()
    before = book.lines.filter(printing__lt=printing).order_by("page").last() if earlier else None
    held = before.page if before is not None else 1 if earlier else 0
    by_page: dict[int, list[PassbookLine]] = defaultdict(list)
    for line in lines_of(book, printing=printing):
        by_page[line.page].append(line)
    if not earlier:
        by_page.setdefault(1, [])
    pages = [
        _page(book, number, by_page[number], at=printing.printed_at, is_blank=number > held)
        for number in sorted(by_page)
    ]
    return _print(book, pages, has_cover=not earlier, at=printing.printed_at)


def reprint(*, book: Passbook, page: int, by: User, at: dt.datetime) -> bytes | Refusal:
    """Return a whole page again, marked as printed again. Refuses with `no_passbook_page`."""
    if not 1 <= page <= books.pages_of(book):
        return NO_SUCH_PAGE
    day = formats.day(timezone.localdate(at), LANGUAGE, year=True)
    made = _page(book, page, lines_of(book, page=page), at=at, is_blank=True, reprinted_on=day)
    log(book.volunteer.stays, books.REPRINT, user=by, timestamp=at)
    return _print(book, [made], has_cover=False, at=at)


def lines_of(book: Passbook, **which: object) -> list[PassbookLine]:
    """Return the book's lines in order, with the records behind them."""
    related = ("entry__record__activity", "reversal__record__activity", "reversal__reverses", "printing")
    return list(book.lines.filter(**which).select_related(*related).order_by("page", "row"))


def row_of(line: PassbookLine, community_id: int) -> PassbookRow:
    """Return the line as it was printed: hours in the step of the rules of that day (H1)."""
    step = step_of(community_id, timezone.localdate(line.printing.printed_at))
    reversed_entry = line.reversal.reverses if line.reversal is not None else None
    return PassbookRow(
        place=str(line.row),
        date=formats.day(line.record.date, LANGUAGE, year=True),
        title=printable_name(line.record.described.title),
        hours=formats.hours(line.entry.minutes if line.entry is not None else 0, step),
        total=formats.hours(line.total, step),
        before="" if reversed_entry is None else formats.hours(reversed_entry.minutes, step),
    )


def _page(
    book: Passbook,
    number: int,
    lines: Iterable[PassbookLine],
    *,
    at: dt.datetime,
    is_blank: bool,
    reprinted_on: str = "",
) -> PassbookPage:
    community_id = book.volunteer.stays.community_id
    step = step_of(community_id, timezone.localdate(book.begun_at))
    forward = formats.hours(book.brought_forward, step) if number == 1 and book.brought_forward and is_blank else ""
    return PassbookPage(
        number=str(number),
        is_blank=is_blank,
        rows=tuple(row_of(line, community_id) for line in lines),
        brought_forward=forward,
        reprinted_on=reprinted_on,
    )


def _print(book: Passbook, pages: list[PassbookPage], *, has_cover: bool, at: dt.datetime) -> bytes | Refusal:
    person = book.volunteer.stays
    issuer = Issuer.objects.filter(community=person.community_id).order_by("pk").first()
    sheet = PassbookSheet(
        community=str(person.community),
        contact=f"{issuer.name} {issuer.telephone}" if issuer is not None else "",
        name=printable_name(person.name),
        number=person.number,
        book=str(book.number),
        begun_on=formats.day(timezone.localdate(book.begun_at), LANGUAGE, year=True),
        has_cover=has_cover,
        pages=tuple(pages),
    )
    return print_sheet(sheet, created=at, practice=is_practice(person.community_id))
