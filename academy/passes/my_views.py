"""One's own passbook on the phone, page by page."""

from collections import defaultdict
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from academy.families.belongings import people_with_right
from academy.families.http import find_person
from academy.passes import books, printing
from academy.passes.models import Passbook, PassbookLine
from academy.passes.sheets import PassbookRow
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right


@login_required
@never_cache
@require_GET
def show_my_passbook(request: HttpRequest) -> HttpResponse:
    """Show the pages of the person's passbooks as they are printed, and how many lines are new."""
    user = user_of(request)
    people = people_with_right(user, Right.PRINT_CERTIFICATE)
    person = find_person(people, request.GET.get("who"), user=user)
    context: dict[str, Any] = {"people": people, "person": person, "books": []}
    if person is not None:
        own = Passbook.objects.of(person).select_related("volunteer__merged_into").order_by("-begun_at", "-pk")
        context["books"] = [(book, _pages(book, person)) for book in own]
        context["new"] = len(books.unprinted(person))
    return render(request, "passes/my.html", context)


def _pages(book: Passbook, person: Volunteer) -> list[tuple[int, list[tuple[PassbookLine, PassbookRow]]]]:
    pages: dict[int, list[tuple[PassbookLine, PassbookRow]]] = defaultdict(list)
    for line in printing.lines_of(book):
        pages[line.page].append((line, printing.row_of(line, person.community_id)))
    return sorted(pages.items(), reverse=True)
