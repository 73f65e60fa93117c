"""The agreement or pledge as a sheet to sign."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Signer:
    """The person who signs; both are empty on a sheet for anybody."""

    name: str = ""
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class AgreementSheet:
    """One version of the text, once for each signer, with room for the signature."""

    template: ClassVar[str] = "agreements/paper_agreement.html"
    style: ClassVar[str] = "agreements/paper_agreement.css"
    unprintable_advice: ClassVar[Any] = _("Write it with another character in the next version.")

    community: str
    title: str
    version: str  # "3"; empty for a draft
    paragraphs: tuple[str, ...]
    signers: tuple[Signer, ...]
    is_agreement: bool = True
    unit: str = ""  # the recording unit that signs and seals the other side
