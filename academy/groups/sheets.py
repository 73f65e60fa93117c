"""The papers of a unit: a letter of thanks, and a member's quarter for their employer."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class ThanksSheet:
    """A letter of thanks to a unit."""

    template: ClassVar[str] = "groups/paper_thanks.html"
    style: ClassVar[str] = "groups/paper_letter.css"
    unprintable_advice: ClassVar[Any] = _("Change the name of the unit, or copy the text into a letter of your own.")

    unit: str
    paragraphs: tuple[str, ...]
    community: str
    date: str


@dataclass(frozen=True, kw_only=True)
class QuarterLine:
    """One effective record of the person."""

    date: str
    activity: str
    content: str
    hours: str


@dataclass(frozen=True, kw_only=True)
class QuarterSheet:
    """A member's own effective records of one quarter, for their employer (双报到)."""

    template: ClassVar[str] = "groups/paper_quarter.html"
    style: ClassVar[str] = "groups/paper_letter.css"
    unprintable_advice: ClassVar[Any] = _("Tell the person who maintains the system.")

    title: str
    unit: str
    name: str
    number: str
    lines: tuple[QuarterLine, ...]
    total: str
    consented: str  # how the person agreed
    issuer: str
    date: str
