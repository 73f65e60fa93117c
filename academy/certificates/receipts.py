"""Checks of many certificates at once, and their receipts (查验回执), which an office files.

A line with the code is answered as the certificate's own page answers. A number alone can be counted up by anybody, so
it is answered with state, unit and dates, and not with hours and name.
"""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.certificates import integrity, states
from academy.certificates.letter_models import Letter
from academy.certificates.models import Certificate, Receipt
from academy.certificates.pasted import PastedLine
from academy.certificates.services import CODE_BITS
from academy.core import quotas
from academy.core.keys import normalise_key, random_key
from academy.core.refusals import Refusal
from academy.hours.ledger import canonical_json
from academy.people.names import mask_name
from academy.people.services import personal_data, signing

FORM: Final = "volunteer-certificate-receipt/1"
MOST_LINES: Final = 100
# Bytes that the receipts of one network, and of all, may take in a day: 700 and 3,500 receipts of thirty lines.
_OF_A_NETWORK: Final = 5_000_000
_OF_ALL: Final = 25_000_000

UNREADABLE: Final = "unreadable"  # a line without number and code
UNREAD_PHOTO: Final = "unread_photo"  # a photo without a code that could be read, or a damaged code on it
OTHER_CODE: Final = "other_code"  # number and code of two certificates

NO_LINES = Refusal(
    "no_lines",
    _("Paste the numbers or codes of the certificates, one on each line, or add photos of their square codes."),
)
TOO_MANY_LINES = Refusal("too_many_lines", _("Check 100 certificates at once at most. Paste the others afterwards."))
RECEIPTS_FULL = Refusal(
    "receipts_full",
    _("Very many receipts were made from your network today. Print this page instead, or ask again tomorrow."),
)
NONE_FOUND = Refusal(
    "none_found", _("None of these lines is a number or code of a certificate of ours, so there is no receipt.")
)


@dataclass(frozen=True)
class Finding:
    """The facts about one line."""

    asked: PastedLine
    state: str
    certificate: Certificate | None = None
    by_code: bool = False  # then its content may be shown

    @property
    def shown(self) -> str:
        """The certificate's number, or what was asked for; of an unknown code its ends."""
        if self.certificate is not None:
            return self.certificate.number
        return self.asked.number or _ends(self.asked.code)


def look_up(asked: Sequence[PastedLine]) -> list[Finding]:
    """Return what is known about each line, in order, with as many statements for one as for all."""
    readable = [one for one in asked if one.number or one.code]
    everything = integrity.with_evidence(Certificate.objects.select_related("community"))
    by_code = {one.code: one for one in everything.filter(code__in=[line.code for line in readable if line.code])}
    numbers = [line.number for line in readable if not line.code]
    by_number = {one.number: one for one in everything.filter(number__in=numbers)}
    state = states.states_of([*by_code.values(), *by_number.values()])
    thanks = Letter.objects.filter(Q(code__in=[line.code for line in readable if line.code]) | Q(number__in=numbers))
    letters = {
        name: states.state_of_letter(one) for one in thanks.select_related("closure") for name in (one.code, one.number)
    }

    def find(line: PastedLine) -> Finding:
        if not (line.number or line.code):
            return Finding(line, UNREAD_PHOTO if line.on_photo else UNREADABLE)
        certificate = by_code.get(line.code) if line.code else by_number.get(line.number)
        if certificate is None:
            return Finding(line, letters.get(line.code or line.number, states.UNKNOWN))
        if line.code and line.number and certificate.number != line.number:
            return Finding(replace(line, code=""), OTHER_CODE)
        return Finding(line, state[certificate.pk], certificate, by_code=bool(line.code))

    return [find(line) for line in asked]


@transaction.atomic
def give_receipt(*, asked: Sequence[PastedLine], network: str, at: dt.datetime) -> Receipt | Refusal:
    """Look up these lines and store what was found, signed. Anybody may ask.

    `network` is a name of the asker's network.

    Refuses with `no_lines`, `too_many_lines`, `none_found`, `cannot_sign`, `receipts_full` and `no_room`.
    """
    if not asked:
        return NO_LINES
    if len(asked) > MOST_LINES:
        return TOO_MANY_LINES
    found = look_up(asked)
    if not any(one.certificate for one in found):
        return NONE_FOUND
    receipt = Receipt(code=random_key(CODE_BITS), lines=[_line(one) for one in found], checked_at=_whole_second(at))
    signed = signing.sign(canonical_json(content_of(receipt)), at=at)
    if isinstance(signed, Refusal):
        return signed
    size = len(json.dumps(receipt.lines))
    limits = quotas.Quota(f"receipts of {network}", _OF_A_NETWORK), quotas.Quota("receipts", _OF_ALL)
    if refusal := quotas.take(*limits, size=size, at=at):
        return RECEIPTS_FULL if refusal.code == "quota_full" else refusal
    receipt.key, receipt.signature = signed.key, signed.value
    receipt.save(force_insert=True)
    return receipt


def content_of(receipt: Receipt) -> dict[str, Any]:
    """Return what the signature of a receipt is of."""
    return {
        "form": FORM,
        "code": receipt.code,
        "checked_at": timezone.localtime(receipt.checked_at).isoformat(timespec="seconds"),
        "lines": receipt.lines,
    }


def is_intact(receipt: Receipt) -> bool:
    """Return whether the receipt is the one that we signed."""
    signature = signing.Signature(receipt.key, receipt.signature)
    return signing.is_signed(canonical_json(content_of(receipt)), signature)


def is_of_practice(receipt: Receipt) -> bool:
    """Return whether one of its certificates is of a practice community (ADR 77)."""
    numbers = [line["shown"] for line in receipt.lines if "issuer" in line or line["state"] == states.CLOSED_PRACTICE]
    return Certificate.objects.filter(number__in=numbers, community__practice_of__isnull=False).exists()


def differences() -> Iterator[str]:
    """Yield the receipts that are not as they were signed, in words for an auditor."""
    for receipt in Receipt.objects.order_by("pk").iterator():
        if not is_intact(receipt):
            yield f"receipt {receipt.code}: it is not what we signed, or its key is distrusted"


def find(code: str) -> Receipt | None:
    """Return the receipt with this code, in any typed form."""
    return Receipt.objects.filter(code=normalise_key(code)).first()


def masked_names(receipt: Receipt) -> dict[str, str]:
    """Return the masked names for lines with the code, by certificate number; erased ones are empty.

    The receipt itself names no person: a name goes when the person wishes it (V3).
    """
    numbers = [line["shown"] for line in receipt.lines if line["by_code"] and "issuer" in line]
    certificates = list(Certificate.objects.select_related("volunteer").filter(number__in=numbers))
    read = personal_data.reader_for({one.volunteer_id for one in certificates})
    names = {}
    for one in certificates:
        data = None if one.volunteer.erased_at else read(one.volunteer_id, one.personal)
        names[one.number] = mask_name(data["name"]) if data else ""
    return names


def _line(one: Finding) -> dict[str, Any]:
    line: dict[str, Any] = {"shown": one.shown, "state": one.state, "by_code": one.by_code}
    certificate = one.certificate
    if certificate is None or one.state in (states.CHANGED, states.CLOSED_PRACTICE):
        return line
    snapshot, closure = certificate.snapshot, getattr(certificate, "closure", None)
    line |= {"issuer": snapshot["issuer"], "issued_on": snapshot["issued_on"]}
    if closure is not None:
        line |= {
            "closed_on": timezone.localdate(closure.closed_at).isoformat(),
            "has_newer": closure.replacement_id is not None,
        }
    if one.by_code and certificate.is_of_service:
        line |= {name: snapshot[name] for name in ("hours", "period_from", "period_to") if name in snapshot}
    return line


def _ends(code: str) -> str:
    """Return an unknown code without its middle: it may be a real one with a typing error."""
    return f"{code[:4]}-…-{code[-4:]}" if code else ""


def _whole_second(at: dt.datetime) -> dt.datetime:
    return at.replace(microsecond=0)
