"""The passbook in the back office: print what is new, begin another book, print a lost page again."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.core.http import posted_id
from academy.core.refusals import Refusal
from academy.core.rights import right_required
from academy.core.signals import objects_shown
from academy.paper.http import pdf_response
from academy.passes import books, printing
from academy.passes.models import ROWS, Passbook, PassbookPrinting
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right

SHOWN = 20


@right_required(Right.ISSUE_CERTIFICATES)
@require_http_methods(["GET", "HEAD", "POST"])
def show_passbook(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far the passbook is printed and what is new; print it on the press of a button."""
    people = Volunteer.objects.present().filter(community__in=_communities(request))
    person = get_object_or_404(people.select_related("community"), pk=pk)
    if request.method == "POST":
        answer = books.print_next(
            volunteer=person,
            seen=posted_id(request, "seen"),
            in_new_book="in_new_book" in request.POST,
            by=user_of(request),
            at=timezone.now(),
        )
        if isinstance(answer, Refusal):
            messages.error(request, str(answer))
        else:
            messages.success(request, _("Written down. Now put the sheet into the printer and open the file."))
        return redirect("person_passbook", person.pk)
    objects_shown.send(sender=Volunteer, request=request, objects=[person])
    book, changes = books.book_of(person), books.unprinted(person)
    title = _("Passbook")
    context = {
        "breadcrumbs_items": [
            *WagtailAdminTemplateMixin.breadcrumbs_items,
            {"url": reverse("volunteer:index"), "label": capfirst(str(Volunteer._meta.verbose_name_plural))},
            {"url": "", "label": title, "sublabel": str(person)},
        ],
        "header_title": title,
        "page_title": title,
        "page_subtitle": str(person),
        "header_icon": "doc-full",
        "person": person,
        "book": book,
        "last": books.last_printing(person),
        "new": len(changes),
        **(_state(book) if book is not None else {}),
    }
    return render(request, "passes/admin/passbook.html", context)


def _state(book: Passbook) -> dict[str, Any]:
    """Return where the book ends, its pages, and its printings, the newest first."""
    lines = printing.lines_of(book)
    community_id = book.volunteer.stays.community_id
    newest = lines[-1] if lines else None
    return {
        "newest": newest,
        "newest_row": printing.row_of(newest, community_id) if newest is not None else None,
        "pages": range(1, books.pages_of(book) + 1),
        "page_is_full": newest is not None and newest.row == ROWS,
        "printings": book.printings.select_related("printed_by").order_by("-pk")[:SHOWN],
    }


@right_required(Right.ISSUE_CERTIFICATES)
@require_GET
def print_passbook(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the file of one printing, the same each time."""
    own = PassbookPrinting.objects.filter(book__volunteer__community__in=_communities(request))
    made = get_object_or_404(own.select_related("book__volunteer__merged_into"), pk=pk, book__volunteer__erased_at=None)
    return _sent(request, made.book, printing.pdf_of(made))


@right_required(Right.ISSUE_CERTIFICATES)
@require_POST
def reprint_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a lost page again, whole and marked as such."""
    own = Passbook.objects.filter(volunteer__community__in=_communities(request), volunteer__erased_at=None)
    book = get_object_or_404(own.select_related("volunteer__merged_into"), pk=pk)
    page = posted_id(request, "page") or 0
    return _sent(request, book, printing.reprint(book=book, page=page, by=user_of(request), at=timezone.now()))


def _sent(request: HttpRequest, book: Passbook, answer: bytes | Refusal) -> HttpResponse:
    person = book.volunteer.stays
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
        return redirect("person_passbook", person.pk)
    objects_shown.send(sender=Volunteer, request=request, objects=[person])
    return pdf_response(answer, f"{_('Passbook')}_{person.number}.pdf")


def _communities(request: HttpRequest) -> Any:
    return user_of(request).communities_for(Right.ISSUE_CERTIFICATES)
