"""What stands on each sheet of paper. Everything is text as it will be printed.

Hours, dates and addresses come ready (`core.formats`), so that paper decides nothing about them. An address for a code
comes in upper case: the code is then coarser and read from further away.
"""

from dataclasses import Field, dataclass
from typing import Any, ClassVar, Protocol, runtime_checkable


class Sheet(Protocol):
    """Anything that `pdf.render_pdf` prints."""

    template: ClassVar[str]
    style: ClassVar[str]


@runtime_checkable
class FillableSheet(Sheet, Protocol):
    """A sheet around one table, whose blank is laid out once and then filled in (`filling`).

    It is a dataclass, and so is each of its rows: every field is text, but for `rows`.
    """

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    row_class: ClassVar[type[Any]]
    row_stretch: ClassVar[str]  # a field of the row, alone in its cell: a blank makes rows higher there
    rows: tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class PosterSheet:
    """What hangs at the door: what, when, where, and the code to check in with."""

    template: ClassVar[str] = "checkin/paper_poster.html"
    style: ClassVar[str] = "checkin/paper_poster.css"

    title: str
    times: tuple[str, ...]
    place: str
    organiser: str
    leader: str
    url: str  # what the code holds, in upper case
    typed_address: str  # the same for whoever types: "academy.example.org/c/7K3M9QXA2B4/"
    contact: str = ""


@dataclass(frozen=True, kw_only=True)
class Slip:
    """One person's sign-in slip."""

    name: str
    number: str
    url: str  # what the code holds, in upper case
    code: str  # in groups: "7K3M-9QXA-2B"


@dataclass(frozen=True, kw_only=True)
class SlipsSheet:
    """Sign-in slips (登录条) to be cut apart, eight on each sheet."""

    template: ClassVar[str] = "people/paper_slips.html"
    style: ClassVar[str] = "people/paper_slips.css"

    community: str
    typed_address: str  # where the code is typed: "academy.example.org/s/"
    slips: tuple[Slip, ...]
    contact: str = ""


@dataclass(frozen=True, kw_only=True)
class CardFace:
    """One person's check-in card."""

    name: str
    number: str
    community: str
    url: str  # what the code holds, in upper case
    contact: str = ""  # whom to tell of a lost card, with the telephone number


@dataclass(frozen=True, kw_only=True)
class CardsSheet:
    """Check-in cards (签到卡) of 85.6 × 54 mm with crop marks, ten on each sheet."""

    template: ClassVar[str] = "people/paper_cards.html"
    style: ClassVar[str] = "people/paper_cards.css"

    community: str
    cards: tuple[CardFace, ...]

    @property
    def pages(self) -> tuple[tuple[CardFace, ...], ...]:
        return tuple(self.cards[start : start + 10] for start in range(0, len(self.cards), 10))


@dataclass(frozen=True, kw_only=True)
class RosterLine:
    """One person's row of a roster."""

    name: str
    number: str
    url: str  # what the code holds, in upper case


@dataclass(frozen=True, kw_only=True)
class RosterPart:
    """The roster of one shift, on sheets of its own."""

    when: str
    lines: tuple[RosterLine, ...]


@dataclass(frozen=True, kw_only=True)
class RosterSheet:
    """The paper roster (签到表) that people sign, with empty rows for whoever comes unannounced."""

    template: ClassVar[str] = "checkin/paper_roster.html"
    style: ClassVar[str] = "checkin/paper_roster.css"

    title: str
    place: str
    organiser: str
    leader: str
    parts: tuple[RosterPart, ...]
    empty_rows: int = 10

    @property
    def empty(self) -> range:
        return range(self.empty_rows)


@dataclass(frozen=True, kw_only=True)
class NoticeLine:
    """One record on notice."""

    number: str
    name: str  # masked, but on the desk's own list
    activity: str
    date: str
    hours: str  # "2.5"
    remark: str = ""  # 单人经办, 有异议


@dataclass(frozen=True, kw_only=True)
class NoticeSheet:
    """The public notice (公示) for the wall, or the desk's own list of everybody."""

    template: ClassVar[str] = "desk/paper_notice.html"
    style: ClassVar[str] = "desk/paper_notice.css"

    community: str
    lines: tuple[NoticeLine, ...]
    confirmed_on: str  # "2026年1月10日"
    until: str
    address: str  # where it stands on the web, to be typed: "academy.example.org/notice/"
    printed_on: str
    withheld: int = 0  # how many more can be seen at the desk
    for_the_desk: bool = False
