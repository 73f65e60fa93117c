"""Paper for an office that checks certificates: the receipt of a check, and a sheet for the wall."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class ReceiptLine:
    """One line of a receipt."""

    index: str
    number: str
    name: str  # masked
    hours: str
    period: str
    issuer: str
    finding: str  # "有效", "已换发 2026年3月1日"


@dataclass(frozen=True, kw_only=True)
class ReceiptSheet:
    """查验回执. It is in Chinese only, as the certificates are."""

    template: ClassVar[str] = "certificates/paper_receipt.html"
    style: ClassVar[str] = "certificates/paper_receipt.css"
    unprintable_advice: ClassVar[Any] = _("Print the page instead.")

    checked_at: str  # "2026年3月1日 9:05"
    count: str
    sums: tuple[str, ...]  # "有效 28"
    lines: tuple[ReceiptLine, ...]
    has_numbers_alone: str  # not empty: the footnote about them is printed
    verify_url: str
    verify_address: str
    verify_code: str


@dataclass(frozen=True, kw_only=True)
class Telephone:
    """A unit and its telephone, on the sheet for the wall."""

    issuer: str
    telephone: str


@dataclass(frozen=True, kw_only=True)
class WallSheet:
    """The sheet for an office's wall: where certificates are checked, and whom to ring. In Chinese only."""

    template: ClassVar[str] = "certificates/paper_wall.html"
    style: ClassVar[str] = "certificates/paper_wall.css"
    unprintable_advice: ClassVar[Any] = _("Correct the unit's name in the settings.")

    verify_url: str
    verify_address: str
    many_address: str
    telephones: tuple[Telephone, ...]
    printed_on: str
