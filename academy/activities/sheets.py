"""The picture that invites people to an activity, for a group chat."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from academy.paper.templatetags.paper import type_size

TIMES_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class InvitationSheet:
    """A portrait picture: the activity, when and where, the places left, and the code of its public page."""

    template: ClassVar[str] = "activities/paper_invitation.html"
    style: ClassVar[str] = "activities/paper_invitation.css"
    unprintable_advice: ClassVar[Any] = _("Change the wording of the title or the place.")

    community: str
    title: str
    times: tuple[str, ...]
    place: str
    left: str  # "12 places left"; empty if nobody can sign up any more
    url: str  # the address in the code
    photo: str = ""  # the community's own, as a `data:` address
    drawing: str = "neighbours"  # of static/covers, in place of a photo

    @property
    def is_full(self) -> bool:
        """True if the texts need room of the picture above them."""
        return len(self.times) > 2 or bool(type_size(self.title, 22)) or bool(type_size(self.place, 20))

    @property
    def more(self) -> int:
        """The number of times that the picture has no room for."""
        return max(len(self.times) - TIMES_SHOWN, 0)
