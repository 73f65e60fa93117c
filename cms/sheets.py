"""A course as a hand-out on paper."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class HandOutPart:
    """A part of a lesson; `photos` hold their pictures whole."""

    kind: str  # as `parts.Part.kind`
    text: str = ""
    items: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HandOutLesson:
    """A lesson of the hand-out."""

    number: str
    title: str
    class_hours: str
    parts: tuple[HandOutPart, ...]


@dataclass(frozen=True, kw_only=True)
class HandOutSheet:
    """A course with its lessons on A4: texts, pictures, checklists, questions with lines to write on."""

    template: ClassVar[str] = "cms/paper_hand_out.html"
    style: ClassVar[str] = "cms/paper_hand_out.css"
    unprintable_advice: ClassVar[Any] = _("Replace this character in the lesson, then print again.")

    community: str
    title: str
    about: str  # "beginner · 2 class hours"
    intro: str
    lessons: tuple[HandOutLesson, ...]
    url: str  # in the code; empty for a draft
    is_draft: bool = False
