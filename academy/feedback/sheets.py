"""The code for the served people's word on paper: a poster, or slips to hand out."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

SLIPS = 8


@dataclass(frozen=True, kw_only=True)
class FeedbackSheet:
    """The question, three faces and the code: once as a poster, or as slips to cut apart."""

    template: ClassVar[str] = "feedback/paper_feedback.html"
    style: ClassVar[str] = "feedback/paper_feedback.css"
    unprintable_advice: ClassVar[Any] = _("Change the wording of the title or the place.")

    title: str
    organiser: str
    url: str  # the address in the code, in upper case
    typed_address: str
    as_slips: bool = False

    @property
    def copies(self) -> range:
        return range(SLIPS if self.as_slips else 1)
