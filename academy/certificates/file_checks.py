"""A PDF that somebody sends, compared with the certificate that it claims to be (ADR 130).

Nobody learns from it what the public page does not show: personal data is only said to differ, as a whole, and seldom
for one certificate in a day, so that an ID number cannot be found by trying.
"""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.certificates import file_signers, integrity, letters, machine, pasted, printing, states
from academy.certificates.models import Certificate
from academy.core import quotas
from academy.core.keys import normalise_key
from academy.core.refusals import Refusal
from academy.paper import comparing
from academy.paper.signatures import Signature
from academy.people.services import personal_data

SAME: Final = "same"  # byte for byte
RESAVED: Final = "resaved"  # every value is the same, and the file was saved again
DIFFERENT: Final = "different"
UNLIKE: Final = "unlike"  # another layout: printed into a file, or converted
NO_ORIGINAL: Final = "no_original"  # we cannot print it any more

_MOST_CODES: Final = 50
_UNLIKE_FROM: Final = 0.5  # of the words of a page
_PERSONAL_IN_A_DAY: Final = 20  # files of one certificate from one network; three times as many from all

NO_CODE = Refusal(
    "no_code",
    gettext_lazy(
        "This file has no verification code of ours. If it is a photo or a scan, scan or type the code on it; if it "
        "looks like a certificate of ours, it was changed or forged."
    ),
)
IS_A_LETTER = Refusal(
    "is_a_letter",
    gettext_lazy("This is a letter of thanks. Scan or type the code on it: the page shows what we wrote."),
)
TOO_OFTEN = Refusal(
    "compared_too_often",
    gettext_lazy("Too many different files of this certificate were compared today. Ring the recording unit."),
)


@dataclass(frozen=True)
class Value:
    """A value on the paper."""

    label: str
    text: str
    is_personal: bool = False


@dataclass(frozen=True)
class DifferingValue:
    """A value that is another one in the file; the texts of a personal one are empty."""

    label: str
    printed: str = ""
    found: str = ""


@dataclass(frozen=True)
class FileCheck:
    """The result of comparing a file."""

    verdict: str
    certificate: Certificate
    state: str
    differing: list[DifferingValue] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # sentences: what else differs
    signature: Signature | None = None  # of the unit, on every byte of a file that is the same


def check(content: bytes, *, at: dt.datetime, network: str = "") -> FileCheck | Refusal:
    """Return how a file differs from the certificate whose code it bears.

    A file with the unit's signature is the same if it begins with our bytes, the key has signed all of it, and it shows
    and carries the same as ours: what was added before signing is signed too.
    `network` is a name of the sender's network. Refuses as `comparing.read_stranger` does, and with `no_code`,
    `is_a_letter` and `compared_too_often`.
    """
    file = comparing.read_stranger(content)
    if isinstance(file, Refusal):
        return file
    certificate = _certificate_of(file)
    if certificate is None:
        return IS_A_LETTER if any(letters.find(code) for code in _codes_on(file)) else NO_CODE
    state = states.state_of(certificate)
    if state == states.CLOSED_PRACTICE:
        return FileCheck(NO_ORIGINAL, certificate, state)
    original = printing.original(certificate)
    personal = personal_data.decrypt_for(certificate.volunteer, certificate.personal)
    if isinstance(original, Refusal) or isinstance(personal, Refusal):
        return FileCheck(NO_ORIGINAL, certificate, state)
    if content == original:
        return FileCheck(SAME, certificate, state)
    signature = file_signers.signature_on(content, original=original, issuer=certificate.issuer)
    if signature and not comparing.compare(comparing.read_own(original), file):
        return FileCheck(SAME, certificate, state, signature=signature)
    # Each answer says whether personal data is the same: an ID number must not be found by trying.
    limits = (
        quotas.Quota(f"files of certificate {certificate.pk} from network {network or 'unknown'}", _PERSONAL_IN_A_DAY),
        quotas.Quota(f"files of certificate {certificate.pk}", 3 * _PERSONAL_IN_A_DAY),
    )
    with transaction.atomic():
        if quotas.take(*limits, size=1, at=at):
            return TOO_OFTEN
    values = list(_values(certificate, personal))
    printed = comparing.read_own(original)
    difference = comparing.compare(printed, file)
    if not difference:
        return FileCheck(RESAVED, certificate, state)
    if _is_unlike(printed, difference):
        return FileCheck(UNLIKE, certificate, state, _missing(values, file.text))
    return FileCheck(DIFFERENT, certificate, state, _differing(values, printed, difference), _remarks(difference))


def _certificate_of(file: comparing.File) -> Certificate | None:
    """Return the certificate whose code stands on the page, else in the record that the file carries."""
    codes = _codes_on(file)
    everything = integrity.with_evidence(Certificate.objects.select_related("community"))
    found = {one.code: one for one in everything.filter(code__in=codes)}
    return next((found[code] for code in codes if code in found), None)


def _codes_on(file: comparing.File) -> list[str]:
    on_page = [line.code for line in pasted.read(file.text) if line.code]
    carried = [code for name, text in file.attached if name == machine.RECORD_NAME and (code := _code_in(text))]
    return list(islice(dict.fromkeys([*on_page, *carried]), _MOST_CODES))


def _code_in(text: str) -> str:
    try:
        record = json.loads(text)
        return normalise_key(record["code"])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ""


def _values(certificate: Certificate, personal: dict[str, str]) -> Iterator[Value]:
    """Yield the values on the paper in their order, as they are printed. One without a label is personal."""
    sheet: Any = printing.sheet_of(certificate, personal)
    about = {
        "number": _("Certificate number"),
        "name": "",
        "volunteer_number": "",
        "document_type": "",
        "document_number": "",
        "school": "",
        "school_class": "",
        "hours": _("Service time (hours)"),
        "period_from": _("Begin of the period"),
        "period_to": _("End of the period"),
    }
    closing = {
        "hours": _("Service time (hours)"),
        "total": _("Service time (hours)"),
        "remark": "",
        "heading": _("Heading of the paper"),
        "issuer": _("Recording unit"),
        "person_responsible": "",
        "handler": "",
        "telephone": _("Telephone"),
        "issued_on": _("Date of issue"),
        "verify_code": _("Verification code"),
        "anchor": _("Ledger head"),
    }
    in_row = {"date": _("date"), "activity": _("activity"), "place": _("place"), "content": _("content")}
    in_row["hours"] = _("hours")
    for name, label in about.items():
        yield from _value(sheet, name, label)
    # The text of a template names the person.
    for paragraph in getattr(sheet, "paragraphs", ()):
        if text := _packed("".join(piece.text for piece in paragraph.pieces)):
            yield Value(_("The text about the person"), text, is_personal=True)
    for number, row in enumerate(getattr(sheet, "rows", getattr(sheet, "lines", ())), 1):
        for name, label in in_row.items():
            line = _("Line %(number)d: %(value)s") % {"number": number, "value": label}
            yield from _value(row, name, line)
    for name, label in closing.items():
        yield from _value(sheet, name, label)


def _value(part: Any, name: str, label: str) -> Iterator[Value]:
    if text := getattr(part, name, ""):
        yield Value(label or _("The person's name, numbers or remark"), _packed(text), is_personal=not label)


def _packed(text: str) -> str:
    return "".join(text.split())


def _is_unlike(printed: comparing.File, difference: comparing.Difference) -> bool:
    words = sum(len(page.words) for page in printed.pages)
    changed = sum(len(page.changed) for page in difference.pages)
    return any(page.is_other_size for page in difference.pages) or changed > words * _UNLIKE_FROM


def _missing(values: list[Value], text: str) -> list[DifferingValue]:
    """Return the values that stand nowhere in the file; its lines may be broken elsewhere.

    Personal ones are not looked for: a file full of guesses would learn which of them is right.
    """
    packed = _packed(text)
    return _joined(value for value in values if not value.is_personal and value.text not in packed)


def _joined(values: Iterator[Value]) -> list[DifferingValue]:
    return list(dict.fromkeys(DifferingValue(one.label, "" if one.is_personal else one.text) for one in values))


def _differing(values: list[Value], printed: comparing.File, difference: comparing.Difference) -> list[DifferingValue]:
    """Return the values that differ: a word of the paper belongs to the value that it is a part of."""
    found: dict[DifferingValue, None] = {}
    left = list(values)
    for page, differing in zip(printed.pages, difference.pages, strict=False):
        changed = {number: text for _printed, text, number in differing.changed}
        for number, word in enumerate(page.words):
            text = comparing.whole(word.text)
            value = _value_of(text, left, values)
            if number not in changed:
                continue
            if value is None or value.is_personal:  # a word of no value may be a part of something personal
                found[DifferingValue(value.label if value else _("Text"))] = None
            else:
                found[DifferingValue(value.label, text, changed[number] or "—")] = None
    return list(found)


def _value_of(text: str, left: list[Value], values: list[Value]) -> Value | None:
    """Return the value of a word, and take it from those left: equal ones are on the paper in order."""
    for value in left:
        if value.text == text:
            left.remove(value)
            return value
    parts = (value for value in values if value.text in text or (len(text) > 1 and text in value.text))
    # A word with something personal in it is personal.
    return max(parts, key=lambda value: (value.is_personal, value.text == text, len(value.text)), default=None)


def _remarks(difference: comparing.Difference) -> list[str]:
    places = (_("at the top"), _("in the upper half"), _("in the lower half"), _("at the bottom"))
    remarks = []
    for number, page in enumerate(difference.pages, 1):
        if page.added:
            words = "、".join(page.added[:10])[:200]
            sentence = _("Page %(page)d has words that we did not print: %(words)s")
            remarks.append(sentence % {"page": number, "words": words})
        if page.zones:
            zones = _(", ").join(places[zone] for zone in page.zones)
            remarks.append(_("Page %(page)d is drawn otherwise %(places)s.") % {"page": number, "places": zones})
        if page.has_notes:
            remarks.append(_("Page %(page)d has notes that were put on it.") % {"page": number})
    if difference.page_count is not None:
        counts = {"printed": difference.page_count[0], "found": difference.page_count[1]}
        remarks.append(_("We issued %(printed)d pages, and the file has %(found)d.") % counts)
    if difference.attached:
        remarks.append(_("The record that the file carries for machines is not the one that we put in."))
    if difference.forms:
        remarks.append(_("The file has form fields, which ours never have."))
    return remarks
