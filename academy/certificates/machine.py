"""Certificates as JSON for machines: the record in a PDF, and the signed answer to a check.

ADR 129 and 131 decide both. An ID number is in neither. The answer has no whole name.
"""

import datetime as dt
import json
from typing import Any

from django.utils import timezone

from academy.certificates import addresses, states
from academy.certificates.letter_models import Letter
from academy.certificates.models import Certificate
from academy.certificates.services import FILE_FORM, masked_name_of
from academy.core.refusals import Refusal
from academy.hours.ledger import canonical_json
from academy.paper.press import Record
from academy.people.services import signing

RECORD_FORM = "volunteer-certificate/1"
ANSWER_FORM = "volunteer-certificate-check/1"
RECORD_NAME = "record.json"
# Parts of a snapshot: hashes of the ledger, the masked name of earlier releases, the form and the look of the file.
_NOT_TOLD = ("entries", "masked_name", "file", "design")
_OF_SERVICE = ("hours", "minutes", "rows", "evidence")  # empty in other certificates
_ON_PAPER_ALONE = ("person_responsible", "handler")  # people whom the page does not name either


def record_of(certificate: Certificate, personal: dict[str, str], *, page: str) -> Record | None:
    """Return the record that the certificate's PDF carries; None for one of an earlier release."""
    if certificate.snapshot.get("file") != FILE_FORM:
        return None
    record = {
        "form": RECORD_FORM,
        "code": certificate.code,
        "page": page,
        "content_hash": certificate.content_hash,
        "volunteer": {"name": personal["name"], "number": personal["volunteer_number"]},
        "remark": personal.get("remark", ""),
        **_content(certificate),
    }
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
    return Record(RECORD_NAME, text, certificate.issued_at)


def answer(certificate: Certificate | None, *, code: str, page: str, at: dt.datetime) -> dict[str, Any]:
    """Return the answer to a check of this code: the content of its page, signed, with the moment.

    Content that is stored otherwise than it was issued is not told. The signature is of the canonical JSON of the
    record (RFC 8785); it is null while no master key opens the key that signs.
    """
    state = states.state_of(certificate)
    record: dict[str, Any] = {
        "form": ANSWER_FORM,
        "asked": code,
        "checked_at": timezone.localtime(at).isoformat(timespec="seconds"),
        "state": state,
    }
    if certificate is not None:
        record |= {"number": certificate.number, "page": page, "closed_on": None, "newer": None}
        if state not in (states.CHANGED, states.CLOSED_PRACTICE):
            content = {name: value for name, value in _content(certificate).items() if name not in _ON_PAPER_ALONE}
            record |= {**content, "masked_name": masked_name_of(certificate), **_end(certificate)}
    return {"record": record, "signature": signature_of(record, at=at)}


def answer_about_letter(letter: Letter, *, code: str, page: str, at: dt.datetime) -> dict[str, Any]:
    """Return the signed answer about a letter of thanks: number, state and page, which shows the rest."""
    closure = getattr(letter, "closure", None)
    record = {
        "form": ANSWER_FORM,
        "asked": code,
        "checked_at": timezone.localtime(at).isoformat(timespec="seconds"),
        "state": states.state_of_letter(letter),
        "number": letter.number,
        "page": page,
        "closed_on": timezone.localdate(closure.closed_at).isoformat() if closure else None,
    }
    return {"record": record, "signature": signature_of(record, at=at)}


def signature_of(record: dict[str, Any], *, at: dt.datetime) -> dict[str, str] | None:
    """Return the signature of the record's canonical JSON; None while no key can sign."""
    signed = signing.sign(canonical_json(record), at=at)
    return None if isinstance(signed, Refusal) else signed.as_json()


def _content(certificate: Certificate) -> dict[str, Any]:
    snapshot = certificate.snapshot
    left_out = _NOT_TOLD if certificate.is_of_service else (*_NOT_TOLD, *_OF_SERVICE)
    told = {name: value for name, value in snapshot.items() if name not in left_out}
    if "evidence" in told:
        told["evidence"] = [
            {"kind": kind, "minutes": minutes, "hours": hours} for kind, minutes, hours in told["evidence"]
        ]
    return {"number": certificate.number, **told}


def _end(certificate: Certificate) -> dict[str, Any]:
    closure = getattr(certificate, "closure", None)
    if closure is None:
        return {}
    newer = closure.replacement
    return {
        "closed_on": timezone.localdate(closure.closed_at).isoformat(),
        "newer": addresses.page_url(newer.code) if newer else None,
    }
