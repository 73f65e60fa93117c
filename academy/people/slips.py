"""Sign-in slips as PDF."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from academy.core import keys
from academy.core.links import link_to
from academy.core.refusals import Refusal
from academy.paper.pdf import print_sheet
from academy.people.models import Issuer, User, Volunteer
from academy.people.services import slips
from academy.people.sheets import SlipFace, SlipsSheet

NOBODY = Refusal("nobody", _("You may not print a slip for any of these people. Choose other people."))


@transaction.atomic
def print_pdf(
    *, volunteers: Sequence[Volunteer], phone_lost: bool = False, by: User, at: dt.datetime
) -> bytes | Refusal:
    """Return new slips as PDF, eight on a sheet. If the phone is lost, the sessions on it end.

    Refuses with `nobody` and `missing_glyphs`; the earlier slips then stay valid.
    """
    issued = slips.print_slips(volunteers=volunteers, phone_lost=phone_lost, by=by, at=at)
    if not issued:
        return NOBODY
    answer = print_sheet(_sheet([(slip.volunteer, code) for slip, code in issued]), created=at)
    if isinstance(answer, Refusal):
        transaction.set_rollback(True)
    return answer


def _sheet(codes: Sequence[tuple[Volunteer, str]]) -> SlipsSheet:
    communities = {volunteer.community_id: volunteer.community for volunteer, _code in codes}
    issuer = Issuer.objects.filter(community__in=communities).order_by("pk").first()
    address = settings.PUBLIC_URL.rstrip("/")
    return SlipsSheet(
        community="、".join(str(community) for community in communities.values()),
        typed_address=address.partition("://")[2] + link_to("typed_slip"),
        contact=f"{issuer.name} {issuer.telephone}" if issuer else "",
        slips=tuple(
            SlipFace(
                name=volunteer.name,
                number=volunteer.number,
                url=(address + link_to("slip", code)).upper(),
                code=keys.split_key(code),
            )
            for volunteer, code in codes
        ),
    )
