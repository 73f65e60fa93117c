"""The accident record on paper."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class AccidentSheet:
    """The accident record (意外情况记录) for the insurer, with room for signatures and a seal."""

    template: ClassVar[str] = "accidents/paper_accident.html"
    style: ClassVar[str] = "accidents/paper_accident.css"
    unprintable_advice: ClassVar[Any] = _("Write it with another character in the record.")

    community: str
    facts: tuple[tuple[str, str], ...]  # name and value
    told: tuple[str, ...]  # sentences: whom somebody has told, the photos
    recorded: str
    unit: str
    telephone: str
    printed_on: str
