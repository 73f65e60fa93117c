"""Sign-in slips as PDF.

The codes are drawn first and become valid afterwards: printing that takes long holds no transaction. If it is
cancelled, or the server stops meanwhile, all earlier slips stay valid.
"""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from academy.core import keys
from academy.core.links import link_to, public_address, typed_address
from academy.core.practice import is_practice
from academy.core.refusals import Refusal
from academy.paper.pdf import print_sheet, unprintable
from academy.people.models import Issuer, User, Volunteer
from academy.people.services import slips
from academy.people.sheets import SlipFace, SlipsSheet

NOBODY = Refusal("nobody", _("You may not print a slip for any of these people. Choose other people."))

Codes = list[tuple[Volunteer, str]]


def printable(volunteers: Sequence[Volunteer], *, by: User) -> tuple[list[Volunteer], list[tuple[Volunteer, Refusal]]]:
    """Return who gets a slip, and those left out with the reason.

    They are left out as `cannot_have_slip` refuses, and with `missing_glyphs`.
    """
    may: list[Volunteer] = []
    left_out: list[tuple[Volunteer, Refusal]] = []
    for volunteer in volunteers:
        refusal = unprintable(volunteer.name, advice=SlipsSheet.unprintable_advice)
        refusal = refusal or slips.cannot_have_slip(volunteer, by=by)
        if refusal is None:
            may.append(volunteer)
        else:
            left_out.append((volunteer, refusal))
    return may, left_out


def draw(*, volunteers: Sequence[Volunteer], at: dt.datetime) -> tuple[bytes, Codes] | Refusal:
    """Return slips as PDF, eight on a sheet, with their codes, which are not valid yet.

    Refuses with `missing_glyphs`.
    """
    codes = [(volunteer, slips.new_code()) for volunteer in volunteers]
    practice = any(is_practice(volunteer.community_id) for volunteer in volunteers)
    answer = print_sheet(_sheet(codes), created=at, practice=practice)
    return answer if isinstance(answer, Refusal) else (answer, codes)


def print_pdf(
    *, volunteers: Sequence[Volunteer], phone_lost: bool = False, by: User, at: dt.datetime
) -> bytes | Refusal:
    """Return new slips as PDF for those of these people who can have one.

    If the phone is lost, the sessions on it end. Refuses with `nobody`, `missing_glyphs`; the earlier slips then stay
    valid. `works.PrintingSlips` prints for many people.
    """
    may, left_out = printable(volunteers, by=by)
    if not may:
        return left_out[0][1] if len(left_out) == 1 else NOBODY
    drawn = draw(volunteers=may, at=at)
    if isinstance(drawn, Refusal):
        return drawn
    content, codes = drawn
    issued = slips.issue_slips(codes=codes, phone_lost=phone_lost, by=by, at=at)
    return content if issued else NOBODY


def _sheet(codes: Codes) -> SlipsSheet:
    communities = {volunteer.community_id: volunteer.community for volunteer, _code in codes}
    issuer = Issuer.objects.filter(community__in=communities).order_by("pk").first()
    return SlipsSheet(
        community="、".join(str(community) for community in communities.values()),
        typed_address=typed_address(link_to("typed_slip")),
        contact=f"{issuer.name} {issuer.telephone}" if issuer else "",
        slips=tuple(
            SlipFace(
                name=volunteer.name,
                number=volunteer.number,
                url=public_address(link_to("slip", code)).upper(),
                code=keys.split_key(code),
            )
            for volunteer, code in codes
        ),
    )
