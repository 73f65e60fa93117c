"""Passbooks of a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy

from academy.passes.models import Passbook, PassbookLine, PassbookPrinting
from academy.people.holding import hold

hold(Passbook, gettext_lazy("My passbooks"), "number", "begun_at", order=58, moment="begun_at")
hold(
    PassbookPrinting,
    gettext_lazy("Printings of my passbooks"),
    "book",
    "printed_at",
    path="book__volunteer",
    order=58,
    moment="printed_at",
)
hold(
    PassbookLine,
    gettext_lazy("Lines of my passbooks"),
    "book",
    "page",
    "row",
    "total",
    path="book__volunteer",
    order=58,
)
