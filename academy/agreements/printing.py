"""Agreements and pledges as PDF: one sheet for anybody, or a sheet for each person."""

import datetime as dt
from collections.abc import Sequence

from academy.agreements.models import Agreement
from academy.agreements.sheets import AgreementSheet, Signer
from academy.core.practice import is_practice
from academy.core.refusals import Refusal
from academy.paper.pdf import print_sheet, printable_name
from academy.people.models import Issuer, Volunteer


def print_pdf(
    *, agreement: Agreement, volunteers: Sequence[Volunteer] = (), at: dt.datetime, double_sided: bool = False
) -> bytes | Refusal:
    """Return the text as sheets to sign, one for each of `volunteers`, or one without a name.

    With `double_sided`, each of them begins on a front side. Refuses with `missing_glyphs`.
    """
    issuer = Issuer.objects.filter(community=agreement.community_id).order_by("pk").first()
    sheet = AgreementSheet(
        community=str(agreement.community),
        title=agreement.title,
        version=str(agreement.version or ""),
        paragraphs=tuple(line.strip() for line in agreement.text.splitlines() if line.strip()),
        signers=tuple(Signer(name=printable_name(one.name), number=one.number) for one in volunteers) or (Signer(),),
        is_agreement=agreement.is_agreement,
        unit=issuer.name if issuer else "",
    )
    return print_sheet(sheet, created=at, practice=is_practice(agreement.community_id), double_sided=double_sided)
