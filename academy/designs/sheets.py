"""A paper made of a template, as it is printed."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from academy.designs import frames
from academy.designs.wording import Paragraph
from academy.paper.press import SEAL


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the table of services."""

    date: str
    activity: str
    content: str
    hours: str


@dataclass(frozen=True, kw_only=True)
class DesignedSheet:
    """A certificate or letter in a template's look.

    Its frame has number, code, unit and seal: no template loses them. It is in Chinese only, as the templates are.
    """

    template: ClassVar[str] = "designs/paper.html"
    style: ClassVar[str] = "designs/paper.css"
    unprintable_advice: ClassVar[Any] = _("The social worker has to see to this certificate by hand.")

    heading: str
    paragraphs: tuple[Paragraph, ...]
    border: str
    is_landscape: bool
    issuer: str
    person_responsible: str
    handler: str
    telephone: str
    number: str
    issued_on: str
    verify_url: str
    verify_address: str
    verify_code: str
    lines: tuple[Line, ...] = ()
    total: str = ""
    remark: str = ""
    footer: str = ""
    anchor: str = ""
    seal: str = ""  # an address with the whole picture
    signature: str = ""
    is_sample: bool = False  # a preview, which is no certificate

    @property
    def frame(self) -> SafeString:
        """The border of the page."""
        return frames.frame(self.border, is_landscape=self.is_landscape)

    @property
    def ink(self) -> str:
        """The colour of the heading."""
        return frames.RED if self.border == "fret" else "#000"

    @property
    def size(self) -> str:
        """The class of its type: a long text is set in smaller type, so that it stays on one page."""
        letters = sum(len(piece.text) for paragraph in self.paragraphs for piece in paragraph.pieces)
        return "longest" if letters > 330 else "long" if letters > 190 else "short" if letters < 90 else ""

    @property
    def heading_width(self) -> float:
        """The width of the drawn heading, in units of which a Chinese character takes 14.4."""
        return 9.6 + sum(14.4 if ord(character) > 0x2E7F else 8.2 for character in self.heading)


def picture_address(png: bytes) -> str:
    """Return the address that holds the whole picture; empty without one."""
    return SEAL + b64encode(png).decode("ascii") if png else ""
