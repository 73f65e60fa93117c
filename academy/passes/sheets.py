"""Passbooks and badges, as they are printed."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from academy.people.sheets import CardFace


@dataclass(frozen=True, kw_only=True)
class PassbookRow:
    """A line of the passbook on its row of the page."""

    place: str  # "1" to "8"
    date: str
    title: str
    hours: str
    total: str
    before: str = ""  # of a correction: the hours printed before


@dataclass(frozen=True, kw_only=True)
class PassbookPage:
    """A page of the passbook. On the sheet that the person brings along, only rows are printed."""

    number: str
    is_blank: bool  # the sheet comes without the page's frame, which is printed too
    rows: tuple[PassbookRow, ...]
    brought_forward: str = ""
    reprinted_on: str = ""


@dataclass(frozen=True, kw_only=True)
class PassbookSheet:
    """Pages of A6 of a passbook (志愿服务存折); a new book begins with its cover and how to read it."""

    template: ClassVar[str] = "passes/paper_passbook.html"
    style: ClassVar[str] = "passes/paper_passbook.css"
    unprintable_advice: ClassVar[Any] = _("Write it by hand.")

    community: str
    contact: str
    name: str
    number: str
    book: str
    begun_on: str
    has_cover: bool
    pages: tuple[PassbookPage, ...]


@dataclass(frozen=True, kw_only=True)
class BadgeFace(CardFace):
    """One person's badge: the check-in card as a badge, with what the person is."""

    tier: str = ""
    duties: str = ""  # of staff, who wear a badge of work


@dataclass(frozen=True, kw_only=True)
class BadgesSheet:
    """Badges (志愿者证, 工作证) of 54 × 86 mm with crop marks, eight on each sheet."""

    template: ClassVar[str] = "passes/paper_badges.html"
    style: ClassVar[str] = "passes/paper_badges.css"
    unprintable_advice: ClassVar[Any] = _("Enter the name in letters or with another character, then print this badge.")

    community: str
    badges: tuple[BadgeFace, ...]

    @property
    def pages(self) -> tuple[tuple[BadgeFace, ...], ...]:
        return tuple(self.badges[start : start + 8] for start in range(0, len(self.badges), 8))
