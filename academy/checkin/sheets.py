"""The printed poster and the printed roster of an activity."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from academy.paper.templatetags.paper import type_size


@dataclass(frozen=True, kw_only=True)
class PosterSheet:
    """The poster at the door: the activity, its times and place, and the code to check in with."""

    template: ClassVar[str] = "checkin/paper_poster.html"
    style: ClassVar[str] = "checkin/paper_poster.css"
    unprintable_advice: ClassVar[Any] = _("Change the wording of the title or the place.")

    title: str
    times: tuple[str, ...]
    place: str
    organiser: str
    leader: str
    url: str  # the address in the code, in upper case
    typed_address: str  # the same, to be typed: "academy.example.org/c/7K3M9QXA2B4/"
    contact: str = ""
    photo: str = ""  # the community's own, as a `data:` address
    drawing: str = "neighbours"  # of static/covers, in place of a photo

    @property
    def is_short(self) -> bool:
        """Return whether the texts leave room for the large code and for a picture."""
        return len(self.times) <= 2 and not type_size(self.title, 14) and type_size(self.place, 14) != "longest"


@dataclass(frozen=True, kw_only=True)
class RosterLine:
    """One volunteer's row on the roster."""

    name: str
    number: str
    url: str  # the address in the code, in upper case
    companions: int = 0  # people without a name whom they bring
    phone_tail: str = ""  # of people whose name another line has too


@dataclass(frozen=True, kw_only=True)
class RosterPart:
    """The roster of one shift, on sheets of its own."""

    when: str
    lines: tuple[RosterLine, ...]


@dataclass(frozen=True, kw_only=True)
class RosterSheet:
    """The paper roster (签到表) that people sign, with empty rows for people who come unannounced."""

    template: ClassVar[str] = "checkin/paper_roster.html"
    style: ClassVar[str] = "checkin/paper_roster.css"
    unprintable_advice: ClassVar[Any] = _("Tick that person on the screen.")

    title: str
    place: str
    organiser: str
    leader: str
    parts: tuple[RosterPart, ...]
    empty_rows: int = 10

    @property
    def empty(self) -> range:
        return range(self.empty_rows)
