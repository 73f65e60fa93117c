"""The rota to hang up, as a sheet of paper."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class RotaLine:
    """A date on the rota: its day in parts, and a cell for each place. `note` stands in their place."""

    day: str
    weekday: str
    time: str = ""  # only where it differs from the usual one
    names: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RotaMonthPart:
    """The dates of a month, under its name."""

    name: str
    lines: tuple[RotaLine, ...]


@dataclass(frozen=True, kw_only=True)
class RotaSheet:
    """The rota (排班表): who stands when, empty cells to write a name into, and the code of its page."""

    template: ClassVar[str] = "rotas/paper_rota.html"
    style: ClassVar[str] = "rotas/paper_rota.css"
    unprintable_advice: ClassVar[Any] = _("Change the wording of the title or the place.")

    title: str
    pattern: str
    place: str
    organiser: str
    leader: str
    telephone: str
    columns: tuple[str, ...]  # the heads of the places
    months: tuple[RotaMonthPart, ...]
    printed_on: str
    url: str  # the address in the code
