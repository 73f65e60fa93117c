"""The decision about a changed name or document: staff compare it with the paper."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from academy.core.refusals import Refusal
from academy.decisions.kinds import register
from academy.people.models import User
from academy.people.permissions import Right
from academy.profiles.documents import masked
from academy.profiles.models import DocumentType, IdentityRequest
from academy.profiles.services import identity
from academy.profiles.services.identity import Wish
from academy.rulebook.decisions import RuledKind


@register
class IdentityKind(RuledKind[IdentityRequest]):
    """A member of staff who keeps the roll compares the wish with the document."""

    model = IdentityRequest
    slug = "identity"
    related = ("volunteer__merged_into", "volunteer__community", "asked_by__volunteer")
    alone_right = Right.MANAGE_PEOPLE

    def subject(self, request: IdentityRequest) -> str:
        return request.volunteer.stays.number

    def summary(self, request: IdentityRequest) -> str:
        """Return the wish in one sentence; the number is masked (V2)."""
        wish = identity.read_wish(request)
        if not isinstance(wish, Wish):
            return str(wish)
        parts: list[Any] = []
        if wish.name:
            parts.append(_("the name becomes %(name)s") % {"name": wish.name})
        if wish.number:
            kind, number = DocumentType(wish.document_type).label, masked(wish.number)
            parts.append(_("the document becomes %(kind)s %(number)s") % {"kind": kind, "number": number})
        return _("On the roll %(changes)s. Compare it with the paper.") % {"changes": "；".join(parts)}

    def cannot_accept(self, request: IdentityRequest, *, at: dt.datetime) -> Refusal | None:
        return identity.cannot_change(request)

    def act(self, request: IdentityRequest, *, by: User, at: dt.datetime) -> None:
        identity.carry_out(request, by=by, at=at)
