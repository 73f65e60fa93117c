"""Print receipts and the sheet for the wall, and the lines of a receipt for its page."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone

from academy.certificates import addresses, receipts, states
from academy.certificates.models import Certificate, Receipt
from academy.certificates.office_sheets import ReceiptLine, ReceiptSheet, Telephone, WallSheet
from academy.core import formats
from academy.core.keys import split_key
from academy.core.links import public_address, typed_address
from academy.core.refusals import Refusal
from academy.paper.pdf import print_sheet, unprintable
from academy.paper.press import Record
from academy.people.models import Issuer
from academy.people.services import signing

RECORD_NAME = "receipt.json"
_DATES = ("issued_on", "closed_on", "period_from", "period_to")
_WORDS = {
    states.VALID: "有效",
    states.REVOKED: "已撤销",
    states.REPLACED: "已换发",
    states.CHANGED: "无法查验",
    states.PRACTICE: "演练，不是证明",
    states.CLOSED_PRACTICE: "演练，不是证明",
    states.UNKNOWN: "查无此证",
    receipts.UNREADABLE: "无编号或查验码",
    receipts.UNREAD_PHOTO: "照片上未读出查验码",
    receipts.OTHER_CODE: "查验码与编号不符",
}


def render(receipt: Receipt) -> bytes | Refusal:
    """Return the receipt as PDF, with its signed record. Refuses with `missing_glyphs`."""
    signature = signing.Signature(receipt.key, receipt.signature).as_json()
    record = {"record": receipts.content_of(receipt), "signature": signature}
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
    return print_sheet(
        _sheet(receipt),
        created=receipt.checked_at,
        practice=receipts.is_of_practice(receipt),
        record=Record(RECORD_NAME, text, receipt.checked_at),
    )


def rows_of(receipt: Receipt, *, words: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the lines for the receipt's page, with masked names, and today's state if it is another."""
    names = receipts.masked_names(receipt)
    today = _states_today(receipt)
    return [
        {
            **line,
            "word": words[line["state"]],
            "name": names.get(line["shown"], ""),
            **{name: dt.date.fromisoformat(line[name]) for name in _DATES if line.get(name)},
            "today": words[today[line["shown"]]] if today.get(line["shown"], line["state"]) != line["state"] else "",
        }
        for line in receipt.lines
    ]


def wall_sheet(issuers: Iterable[Issuer], *, practice: bool, at: dt.datetime) -> bytes | Refusal:
    """Return the sheet with address and these units' telephones. Refuses with `missing_glyphs`."""
    sheet = WallSheet(
        verify_url=public_address(reverse("certificates:ask")).upper(),
        verify_address=addresses.typed(),
        many_address=typed_address(reverse("certificates:many")),
        telephones=tuple(Telephone(issuer=one.name, telephone=one.telephone) for one in issuers),
        printed_on=formats.day(timezone.localdate(at), "zh-hans", year=True),
    )
    return print_sheet(sheet, created=at, practice=practice)


def _states_today(receipt: Receipt) -> dict[str, str]:
    numbers = [line["shown"] for line in receipt.lines if line["state"] in (states.VALID, states.REPLACED)]
    rows = Certificate.objects.filter(number__in=numbers).values_list("number", "closure__reason")
    return {number: reason or states.VALID for number, reason in rows}


def _sheet(receipt: Receipt) -> ReceiptSheet:
    names = receipts.masked_names(receipt)
    lines = tuple(_line(index, line, names) for index, line in enumerate(receipt.lines, 1))
    sums = Counter(_WORDS[line["state"]] for line in receipt.lines)
    moment = timezone.localtime(receipt.checked_at)
    alone = any("issuer" in line and not line["by_code"] for line in receipt.lines)
    return ReceiptSheet(
        checked_at=f"{_day(moment.date().isoformat())} {formats.clock(moment)}",
        count=str(len(lines)),
        sums=tuple(f"{word} {count}" for word, count in sums.most_common()),
        lines=lines,
        has_numbers_alone="1" if alone else "",
        verify_url=addresses.square_code_of(receipt.code),
        verify_address=addresses.typed(),
        verify_code=split_key(receipt.code),
    )


def _line(index: int, line: dict[str, Any], names: dict[str, str]) -> ReceiptLine:
    finding = _WORDS[line["state"]]
    if line.get("closed_on"):
        finding += f"（{_day(line['closed_on'])}{'，另有新证' if line.get('has_newer') else ''}）"
    elif "issuer" in line and not line["by_code"]:
        finding += "（仅凭编号）"
    period = f"{_day(line['period_from'])}至{_day(line['period_to'])}" if line.get("period_from") else ""
    name = names.get(line["shown"], "")
    return ReceiptLine(
        index=str(index),
        number=line["shown"] or "—",
        name="" if unprintable(name, advice="") else name,
        hours=line.get("hours", ""),
        period=period,
        issuer=line.get("issuer", ""),
        finding=finding,
    )


def _day(iso: str) -> str:
    return formats.day(dt.date.fromisoformat(iso), "zh-hans", year=True)
