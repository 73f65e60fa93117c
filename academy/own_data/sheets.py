"""The copy of a person's data on paper."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class CopyPart:
    """One kind of data: each row as pairs of field and value."""

    title: str
    rows: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True, kw_only=True)
class CopySheet:
    """All data of one person, part by part."""

    template: ClassVar[str] = "own_data/paper_copy.html"
    style: ClassVar[str] = "own_data/paper_copy.css"
    unprintable_advice: ClassVar[Any] = _("Take the copy as a data file (JSON).")

    community: str
    number: str
    name: str
    made: str
    parts: tuple[CopyPart, ...]
