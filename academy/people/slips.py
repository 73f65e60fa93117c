"""Sign-in slips on paper."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.core import keys
from academy.core.refusals import Refusal
from academy.paper.pdf import MissingGlyphs, render_pdf
from academy.paper.sheets import Slip, SlipsSheet
from academy.people.models import Issuer, User, Volunteer
from academy.people.services import slips

NOBODY = Refusal("nobody", _("Nobody is left for whom you may print a slip. Choose somebody else."))
MISSING_GLYPHS = Refusal(
    "missing_glyphs",
    _("A name holds a character that our fonts do not have. Leave that person out, and write their slip by hand."),
)


def print_pdf(*, volunteers: Sequence[Volunteer], by: User, at: dt.datetime) -> bytes | Refusal:
    """New slips as PDF, eight on a sheet. Refuses with `nobody`, `missing_glyphs`; then the old slips stay valid."""
    try:
        with transaction.atomic():
            printed = slips.print_slips(volunteers=volunteers, by=by, at=at)
            return _pdf([(slip.volunteer, code) for slip, code in printed], at) if printed else NOBODY
    except MissingGlyphs:
        return MISSING_GLYPHS


def _pdf(codes: Sequence[tuple[Volunteer, str]], at: dt.datetime) -> bytes:
    communities = {volunteer.community_id: volunteer.community for volunteer, _code in codes}
    issuer = Issuer.objects.filter(community__in=communities).order_by("pk").first()
    address = settings.PUBLIC_URL.rstrip("/")
    sheet = SlipsSheet(
        community="、".join(str(community) for community in communities.values()),
        typed_address=address.partition("://")[2] + reverse("families:slip_typed"),
        contact=f"{issuer.name} {issuer.telephone}" if issuer else "",
        slips=tuple(
            Slip(
                name=volunteer.name,
                number=volunteer.number,
                url=(address + reverse("families:slip", args=[code])).upper(),
                code=keys.grouped(code),
            )
            for volunteer, code in codes
        ),
    )
    return render_pdf(sheet, created=at)
