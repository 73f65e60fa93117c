"""A paper made of a template, as it is printed."""

from base64 import b64encode
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from academy.designs import frames
from academy.designs.wording import Paragraph
from academy.paper.press import SEAL

# The style sheet sets them: width and height of the text in millimetres, without a letterhead and with one; the classes
# of type with their points and line heights, in landscape and upright.
_MM, _INDENT, _SHORT = 25.4 / 72, 2, 90
_WIDE, _UPRIGHT = ((229, 74), (229, 48)), ((162, 157), (162, 137))
_TYPES = (
    ("short", (20, 1.95), (18, 2.1)),
    ("", (17, 1.95), (15, 1.9)),
    ("long", (14, 1.7), (14, 1.7)),
    ("longest", (11.5, 1.55), (11.5, 1.55)),
)


def _width_of(text: str) -> float:
    """Return the width in Chinese characters; a Latin letter is about half as wide."""
    return sum(1 if ord(character) > 0x2E7F else 0.55 for character in text)


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
    varying: ClassVar[tuple[str, ...]] = ("number", "verify_url", "verify_code", "anchor")

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
    def table(self) -> tuple[tuple[str, ...], ...]:
        """The texts of the table of services, the sum in its last row; empty without one."""
        rows = (
            (str(index), line.date, line.activity, line.content, line.hours) for index, line in enumerate(self.lines, 1)
        )
        return (*rows, ("合计", self.total)) if self.lines else ()

    @property
    def ends_with_table(self) -> bool:
        """True if no paragraph follows the table."""
        return bool(self.paragraphs) and self.paragraphs[-1].is_table

    @property
    def pattern(self) -> Any:
        """The likeness of the sheets of a batch; None for a sheet that is laid out by itself (ADR 154)."""
        tables = [place for place, one in enumerate(self.paragraphs) if one.is_table]
        if self.is_sample or len(tables) != bool(self.lines) or tables == [0]:
            return None
        if self.is_landscape and self.ends_with_table:  # margins meet there in another way
            return None
        texts: dict[str, Any] = {name: "·" if getattr(self, name) else "" for name in self.varying}
        alike = replace(self, paragraphs=(), lines=(), total="", **texts)
        return alike, self.size, bool(tables), self.ends_with_table

    def with_texts(self, texts: dict[str, str]) -> "DesignedSheet":
        """Return the sheet with other texts of those that vary, and one line in its table."""
        changed: dict[str, Any] = dict(texts)
        if self.lines:
            changed |= {"lines": (Line(date="字", activity="字", content="字", hours="字"),), "total": "字"}
        return replace(self, **changed)

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
        """The class of its type: the largest in which the text stays on one page."""
        if self.lines:  # its table goes on to further pages anyway
            return ""
        width, room = (_WIDE if self.is_landscape else _UPRIGHT)[self.border == "letter"]
        texts = ["".join(piece.text for piece in paragraph.pieces) for paragraph in self.paragraphs]
        is_short = sum(map(len, texts)) < _SHORT
        for name, wide, upright in _TYPES[0 if is_short else 1 :]:
            points, height = wide if self.is_landscape else upright
            letter = points * _MM
            lines = sum(ceil((_INDENT + _width_of(text)) * letter / (width - letter)) for text in texts)
            if lines * letter * height <= room:
                return name
        return _TYPES[-1][0]

    @property
    def heading_width(self) -> float:
        """The width of the drawn heading, in units of which a Chinese character takes 14.4."""
        return 9.6 + sum(14.4 if ord(character) > 0x2E7F else 8.2 for character in self.heading)


def picture_address(png: bytes) -> str:
    """Return the address that holds the whole picture; empty without one."""
    return SEAL + b64encode(png).decode("ascii") if png else ""
