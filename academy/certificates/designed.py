"""Certificates and letters in the look of a template, made of their frozen snapshots (ADR 127)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from academy.certificates import addresses
from academy.certificates.letter_models import Letter
from academy.certificates.models import Certificate
from academy.core import formats
from academy.core.keys import split_key
from academy.designs import services as designs
from academy.designs import wording
from academy.designs.models import PaperKind
from academy.designs.sheets import DesignedSheet, Line, picture_address

FOOTER = "依据本记录单位志愿服务记录出具"  # P10
TRAINING_FOOTER = "本证书证明学习经历，学习时长不计入志愿服务时间"  # T2, P9


class Looks:
    """The pictures of templates, read once for many papers. A published version never changes."""

    def __init__(self) -> None:
        self._pictures: dict[int | None, tuple[bytes, bytes]] = {}

    def pictures_of(self, design: dict[str, Any]) -> tuple[bytes, bytes]:
        """Return the seal and the signature of the version that a paper names; empty without them."""
        version = design.get("version")
        if version not in self._pictures:
            self._pictures[version] = designs.pictures_of(design)
        return self._pictures[version]


def sheet_of(
    certificate: Certificate, personal: dict[str, str], *, notes: str, looks: Looks | None = None
) -> DesignedSheet:
    """Return the sheet of a certificate whose snapshot names its template; `notes` are on its hours."""
    return build_sheet(
        certificate.kind,
        certificate.snapshot,
        personal,
        number=certificate.number,
        code=certificate.code,
        remark=personal.get("remark", "") + (notes if certificate.is_of_service else ""),
        pictures=looks.pictures_of(certificate.snapshot["design"]) if looks else None,
    )


def letter_sheet(letter: Letter) -> DesignedSheet:
    """Return the sheet of a letter of thanks."""
    return build_sheet(PaperKind.THANKS, letter.snapshot, {}, number=letter.number, code=letter.code)


def build_sheet(
    kind: str,
    snapshot: Mapping[str, Any],
    personal: Mapping[str, str],
    *,
    number: str,
    code: str,
    remark: str = "",
    pictures: tuple[bytes, bytes] | None = None,
    is_sample: bool = False,
) -> DesignedSheet:
    """Return the sheet of this content. A preview brings its pictures; a paper has those of its version."""
    design = snapshot["design"]
    seal, signature = designs.pictures_of(design) if pictures is None else pictures
    return DesignedSheet(
        heading=design["heading"],
        paragraphs=wording.fill_in(kind, design["body"], values_of(snapshot, personal)),
        border=design["border"],
        is_landscape=design["is_landscape"],
        issuer=snapshot["issuer"],
        person_responsible=snapshot["person_responsible"],
        handler=snapshot["handler"],
        telephone=snapshot["telephone"],
        number=number,
        issued_on=_date(snapshot["issued_on"]),
        verify_url=addresses.square_code_of(code),
        verify_address=addresses.typed(),
        verify_code=split_key(code),
        lines=tuple(
            Line(date=_date(row["date"]), activity=row["activity"], content=row["content"], hours=row["hours"])
            for row in snapshot["rows"]
        ),
        total=snapshot["hours"] if snapshot["rows"] else "",
        remark=remark,
        footer={PaperKind.SERVICE: FOOTER, PaperKind.COMPLETION: TRAINING_FOOTER}.get(PaperKind(kind), ""),
        anchor=snapshot.get("anchor", "") if kind == PaperKind.SERVICE else "",
        seal=picture_address(seal),
        signature=picture_address(signature),
        is_sample=is_sample,
    )


def values_of(snapshot: Mapping[str, Any], personal: Mapping[str, str]) -> dict[str, str]:
    """Return the values of a template's fields, by their keys."""
    return {
        **personal,
        **snapshot.get("facts", {}),
        "hours": snapshot["hours"],
        "times": str(len(snapshot["rows"])),
        "period_from": _date(snapshot["period_from"]),
        "period_to": _date(snapshot["period_to"]),
        "issuer": snapshot["issuer"],
        "issued_on": _date(snapshot["issued_on"]),
    }


def _date(iso: str) -> str:
    return formats.day(dt.date.fromisoformat(iso), "zh-hans", year=True)
