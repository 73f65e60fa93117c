"""Print a certificate from its frozen snapshot."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from academy.certificates import addresses, designed, integrity, machine
from academy.certificates.models import Certificate
from academy.certificates.services import CLOSED, is_closed
from academy.certificates.sheets import CertificateRow, CertificateSheet
from academy.core import formats, practice
from academy.core.keys import split_key
from academy.core.refusals import Refusal
from academy.designs.sheets import DesignedSheet
from academy.hours.evidence import Evidence
from academy.paper.pdf import print_sheet
from academy.paper.sheets import Sheet
from academy.people.services import personal_data

NOT_INTACT = Refusal(
    "not_intact",
    _("This certificate is not as it was issued and is not printed. Tell the administrator, then issue a new one."),
)
# Each line is cut to one decimal (H1), so the sum of the printed lines may be smaller than the total.
_CUT = "各行小时数舍去第二位小数，合计按总分钟数计算。"
# The paper names imported hours as well (P8).
_IMPORTED = "其中 %s 小时据以往服务记录导入。"


def adds_up(snapshot: dict[str, Any]) -> bool:
    """Return whether the sum of the lines' hours, each cut to one decimal, is the total."""
    return sum(_tenths(row["hours"]) for row in snapshot["rows"]) == _tenths(snapshot["hours"])


def render(certificate: Certificate, *, at: dt.datetime) -> bytes | Refusal:
    """Return the certificate as PDF, the same bytes at each printing.

    `at` is the moment of printing; the file holds the moment of issue. Refuses with `closed`, `not_intact`, as
    `decrypt_for` does, and with `missing_glyphs` rather than print a character wrongly.
    """
    return CLOSED if is_closed(certificate) else original(certificate)


def original(certificate: Certificate) -> bytes | Refusal:
    """Return the PDF as `render` does, also of a certificate that was revoked or replaced.

    A file is compared with it. Refuses with `not_intact`, as `decrypt_for` does, and with `missing_glyphs`.
    """
    if not integrity.is_intact(certificate):
        return NOT_INTACT
    personal = personal_data.decrypt_for(certificate.volunteer, certificate.personal)
    if isinstance(personal, Refusal):
        return personal
    return print_sheet(
        sheet_of(certificate, personal),
        created=certificate.issued_at,
        practice=practice.is_practice(certificate.community_id),
        record=machine.record_of(certificate, personal, page=addresses.page_url(certificate.code)),
    )


def prepare(certificates: Sequence[Certificate]) -> list[Sheet | Refusal]:
    """Return the sheets of these certificates, in few statements for all.

    They were read with `integrity.with_evidence`. The refusals are those of `render`, except `missing_glyphs`.
    """
    intact = integrity.intact_among(certificates)
    decrypt = personal_data.decrypter_for(one.volunteer_id for one in certificates)
    looks = designed.Looks()

    def prepared(certificate: Certificate) -> Sheet | Refusal:
        if hasattr(certificate, "closure"):
            return CLOSED
        if certificate.pk not in intact:
            return NOT_INTACT
        personal = decrypt(certificate.volunteer_id, certificate.personal)
        return personal if isinstance(personal, Refusal) else sheet_of(certificate, personal, looks=looks)

    return [prepared(one) for one in certificates]


def notes_on(snapshot: dict[str, Any]) -> str:
    """Return what the paper must add about its hours: imported ones (P8), and lines that do not add up."""
    imported = [hours for word, _minutes, hours in snapshot["evidence"] if word == Evidence.IMPORTED]
    return "".join(_IMPORTED % hours for hours in imported) + ("" if adds_up(snapshot) else _CUT)


def prints_document(certificate: Certificate) -> bool:
    """Return whether the paper has a whole ID number: then printing it is a look at it (V2)."""
    personal = personal_data.decrypt_for(certificate.volunteer, certificate.personal)
    return not isinstance(personal, Refusal) and bool(personal.get("document_number"))


def without_document(certificates: Iterable[Certificate]) -> list[Certificate]:
    """Return the certificates whose papers are known to have no whole ID number. One statement for keys."""
    found = list(certificates)
    decrypt = personal_data.decrypter_for(one.volunteer_id for one in found)
    read = [(one, decrypt(one.volunteer_id, one.personal)) for one in found]
    return [one for one, personal in read if not isinstance(personal, Refusal) and not personal.get("document_number")]


def sheet_of(
    certificate: Certificate, personal: dict[str, str], *, looks: designed.Looks | None = None
) -> CertificateSheet | DesignedSheet:
    """Return the paper of the certificate, with what was printed of the person."""
    snapshot = certificate.snapshot
    if "design" in snapshot:
        return designed.sheet_of(certificate, personal, notes=notes_on(snapshot), looks=looks)
    rows = snapshot["rows"]
    return CertificateSheet(
        name=personal["name"],
        volunteer_number=personal["volunteer_number"],
        hours=snapshot["hours"],
        rows=tuple(
            CertificateRow(
                index=str(index),
                date=_date(row["date"]),
                activity=row["activity"],
                place=row["place"],
                content=row["content"],
                hours=row["hours"],
            )
            for index, row in enumerate(rows, 1)
        ),
        period_from=_date(snapshot["period_from"]),
        period_to=_date(snapshot["period_to"]),
        issuer=snapshot["issuer"],
        person_responsible=snapshot["person_responsible"],
        handler=snapshot["handler"],
        telephone=snapshot["telephone"],
        number=certificate.number,
        issued_on=_date(snapshot["issued_on"]),
        verify_url=addresses.square_code_of(certificate.code),
        verify_address=addresses.typed(),
        verify_code=split_key(certificate.code),
        document_type=personal.get("document_type", ""),
        document_number=personal.get("document_number", ""),
        remark=personal["remark"] + notes_on(snapshot),
        school=personal.get("school", ""),
        school_class=personal.get("school_class", ""),
        anchor=snapshot.get("anchor", ""),  # certificates of earlier releases have none
    )


def _tenths(hours: str) -> int:
    return int(hours.replace(".", ""))


def _date(iso: str) -> str:
    return formats.day(dt.date.fromisoformat(iso), "zh-hans", year=True)
