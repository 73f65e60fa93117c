"""Sheets of sign-in slips and check-in cards."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class SlipFace:
    """One person's sign-in slip."""

    name: str
    number: str
    url: str  # the address in the code, in upper case
    code: str  # in groups: "7K3M-9QXA-2B"


@dataclass(frozen=True, kw_only=True)
class SlipsSheet:
    """Sign-in slips (登录条) to cut apart, eight on each sheet."""

    template: ClassVar[str] = "people/paper_slips.html"
    style: ClassVar[str] = "people/paper_slips.css"
    unprintable_advice: ClassVar[Any] = _(
        "Enter the name in letters or with another character for now, then print this person's slip."
    )

    community: str
    typed_address: str  # the page to type the code: "academy.example.org/s/"
    slips: tuple[SlipFace, ...]
    contact: str = ""


@dataclass(frozen=True, kw_only=True)
class CardFace:
    """One person's check-in card."""

    name: str
    number: str
    community: str
    url: str  # the address in the code, in upper case
    contact: str = ""  # the unit that replaces a lost card, with its telephone number


@dataclass(frozen=True, kw_only=True)
class CardsSheet:
    """Check-in cards (签到卡) of 85.6 × 54 mm with crop marks, ten on each sheet."""

    template: ClassVar[str] = "people/paper_cards.html"
    style: ClassVar[str] = "people/paper_cards.css"
    unprintable_advice: ClassVar[Any] = _(
        "Enter the name in letters or with another character, then print this card. The phone shows the card too."
    )

    community: str
    cards: tuple[CardFace, ...]

    @property
    def pages(self) -> tuple[tuple[CardFace, ...], ...]:
        return tuple(self.cards[start : start + 10] for start in range(0, len(self.cards), 10))


@dataclass(frozen=True, kw_only=True)
class PasswordSlip:
    """A slip with the link on which a member of staff sets a password."""

    template: ClassVar[str] = "people/paper_password_slip.html"
    style: ClassVar[str] = "people/paper_password_slip.css"
    unprintable_advice: ClassVar[Any] = _("Hand the link over on the screen instead.")

    community: str
    name: str
    duty: str
    url: str
    until: str  # the last moment at which the link works
