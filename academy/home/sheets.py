"""The public notice as it is printed."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class NoticeLine:
    """One record on notice."""

    number: str
    name: str  # masked, except on the desk's own list
    activity: str
    date: str
    hours: str  # "2.5"
    remark: str = ""  # 单人经办, 有异议


@dataclass(frozen=True, kw_only=True)
class NoticeSheet:
    """The public notice (公示) for the wall, or the desk's own list with full names."""

    template: ClassVar[str] = "home/paper_notice.html"
    style: ClassVar[str] = "home/paper_notice.css"
    unprintable_advice: ClassVar[Any] = _("Tell the person who maintains the system.")

    community: str
    lines: tuple[NoticeLine, ...]
    confirmed_on: str  # "2026年1月10日"
    until: str
    address: str  # of the notice on the web, for typing: "academy.example.org/notice/"
    printed_on: str
    withheld: int = 0  # the number of further records at the desk
    for_the_desk: bool = False
    unit: str = ""  # the recording unit that signs and seals the sheet
    telephone: str = ""
    anchor: str = ""  # the end of the chain of seals, for `audit_ledger --anchor`

    @property
    def size(self) -> str:
        """The size of the type: a short notice fills its page and is read from further away."""
        if self.for_the_desk or len(self.lines) > 7:
            return ""
        return "large" if len(self.lines) <= 3 else "middle"
