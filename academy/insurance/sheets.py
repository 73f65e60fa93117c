"""The list of people on paper, for the insurer, the platform's office, or the file."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class ListLine:
    """One person's place."""

    name: str
    number: str
    document: str  # masked; empty if none is kept
    role: str
    note: str = ""  # "+2", people without a name


@dataclass(frozen=True, kw_only=True)
class ListPart:
    """A shift with its policy and its people."""

    when: str
    policy: str
    lines: tuple[ListLine, ...]


@dataclass(frozen=True, kw_only=True)
class PeopleSheet:
    """The list of people of an activity (参加人员名册), with room for a seal."""

    template: ClassVar[str] = "insurance/paper_people.html"
    style: ClassVar[str] = "insurance/paper_people.css"
    unprintable_advice: ClassVar[Any] = _("Change the wording of the title or the place.")

    title: str
    place: str
    content: str
    organiser: str
    leader: str
    filed: tuple[str, ...]  # "insurer: No. 2026-118, filed on …"
    parts: tuple[ListPart, ...]
