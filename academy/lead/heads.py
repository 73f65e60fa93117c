"""The head count that a leader types, and the question when it differs from the scans (C4)."""

from dataclasses import dataclass

from django.utils.translation import ngettext

from academy.core.refusals import Refusal
from academy.hours.forms import parse_heads

LONGEST_TYPED = 20


@dataclass(frozen=True)
class HeadCount:
    """The field of the head count: as typed, its error or its number, and the number to ask about."""

    typed: str = ""
    error: str = ""
    number: int | None = None
    asked: int | None = None  # differs from the people scanned
    scanned: int = 0

    @property
    def missing(self) -> int:
        """The people scanned beyond those counted; negative if fewer scanned."""
        return self.scanned - (self.asked or 0)

    @property
    def difference(self) -> int:
        return abs(self.missing)

    @property
    def sure(self) -> str:
        """The value by which the leader says yes to exactly these two numbers."""
        return f"{self.asked}:{self.scanned}"


def read_head_count(typed: str | None, *, scanned: int, posters: int) -> HeadCount:
    """Return the head count field for what was `typed`; None if nothing was sent.

    `scanned`: people scanned at the shifts of the records. `posters`: records of the printed code, which wait for it.
    """
    if typed is None:
        return HeadCount()
    typed = typed[:LONGEST_TYPED]
    heads = parse_heads(typed)
    if isinstance(heads, Refusal):
        return HeadCount(typed, error=str(heads))
    if heads is None:
        return HeadCount(typed, error=_count_first(posters)) if posters else HeadCount()
    return HeadCount(typed, number=heads, asked=heads if heads != scanned else None, scanned=scanned)


def _count_first(posters: int) -> str:
    text = ngettext(
        "%(count)d scan of the poster is not confirmed yet: first type how many people you counted.",
        "%(count)d scans of the poster are not confirmed yet: first type how many people you counted.",
        posters,
    )
    return text % {"count": posters}
