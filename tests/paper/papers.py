"""Every sheet of the product, filled by itself, so that a new sheet is found too.

A text is filled by its type and name, a field that ends with `url` by an address of its own. `FURTHER` has what a name
does not tell, `LONGEST` the addresses of a sheet that has longer ones.
"""

import re
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any, Final, get_args, get_origin, get_type_hints

from django.template.loader import get_template

from academy.certificates.sheets import StatementBar
from academy.designs.sheets import DesignedSheet
from academy.designs.wording import Paragraph
from academy.paper.sheets import Sheet
from academy.passes.models import ROWS
from academy.passes.sheets import PassbookPage, PassbookRow, PassbookSheet
from academy.people.sheets import PasswordSlip
from tests.certificates.samples import certificate

ROOT: Final = Path(__file__).resolve().parents[2]
ADDRESS: Final = "HTTPS://ACADEMY.EXAMPLE.ORG/VERIFY/7K3M9QXA2B4C{:04}/"
LONGEST: Final[dict[type[Any], str]] = {
    PasswordSlip: "https://academy.example.org/accounts/password/reset/key/2s-d1f0a7-9c3e5b7a1f2d4c6e8b0a2c4e6f8a{:04}/"
}
FURTHER: Final[dict[type[Any], dict[str, Any]]] = {
    DesignedSheet: {"border": "double", "paragraphs": (Paragraph(()),), "seal": "", "signature": ""},
    StatementBar: {"height": "12"},
    PassbookSheet: {
        "has_cover": True,
        "pages": tuple(
            PassbookPage(
                number=str(page),
                is_blank=is_blank,
                rows=tuple(
                    PassbookRow(place=str(row), date="2026年1月10日", title="春季社区义诊", hours="2.5", total="38.5")
                    for row in range(1, ROWS + 1)
                ),
            )
            for page, is_blank in ((1, False), (2, True))
        ),
    },
}


@cache
def all_sheets() -> dict[str, type[Any]]:
    """Return the classes of all sheets, by name."""
    found = {}
    for path in [*sorted(ROOT.glob("academy/*/*sheets.py")), ROOT / "cms/sheets.py"]:
        module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for name, kind in vars(module).items():
            is_ours = isinstance(kind, type) and kind.__module__ == module.__name__
            template = vars(kind).get("template") if is_ours else None
            if isinstance(template, str):
                found[name] = kind
    return found


def sheets_with_codes() -> dict[str, type[Any]]:
    """Return the classes of all sheets whose template draws a code, by name."""
    return {name: kind for name, kind in all_sheets().items() if "{% qr " in _source(kind.template)}


def without_codes() -> Iterator[tuple[str, Sheet]]:
    """Yield each sheet without a code, filled."""
    for name, kind in all_sheets().items():
        if name not in sheets_with_codes():
            yield name, _filled(kind, [], ADDRESS, count(1))


def _source(template: str) -> str:
    """Return the text of the template, and of those that it includes."""
    text = Path(str(get_template(template).origin)).read_text(encoding="utf-8")
    return text + "".join(map(_source, re.findall(r'{% include "([^"]+)"', text)))


def samples() -> Iterator[tuple[str, Sheet, list[str]]]:
    """Yield each sheet with a code, filled, and the addresses in its codes; then further certificates."""
    for name, kind in sheets_with_codes().items():
        addresses: list[str] = []
        yield name, _filled(kind, addresses, LONGEST.get(kind, ADDRESS), count(1)), addresses
    address = ADDRESS.format(0)
    document = {"document_type": "居民身份证", "document_number": "34052419800101001X", "remark": "用于积分入户。"}
    yield "certificate, filled into its blank", certificate(verify_url=address), [address]
    yield "certificate with a document", certificate(verify_url=address, **document), [address]
    yield (
        "certificate of many pages",
        certificate(rows=40, verify_url=address, anchor="y:41:9f2c0a1b2c3d4e5f"),
        [address],
    )


def _filled(kind: type[Any], addresses: list[str], pattern: str, numbers: Iterator[int]) -> Any:
    hints = get_type_hints(kind)
    values = {}
    for field in fields(kind):
        if field.name in FURTHER.get(kind, {}):
            continue
        values[field.name] = _value(field.name, hints[field.name], addresses, pattern, numbers)
    return kind(**values, **FURTHER.get(kind, {}))


def _value(name: str, hint: Any, addresses: list[str], pattern: str, numbers: Iterator[int]) -> Any:
    if name.endswith("url"):
        addresses.append(pattern.format(next(numbers)))
        return addresses[-1]
    if get_origin(hint) is tuple:
        kinds = get_args(hint)
        kinds = kinds[:1] * 8 if kinds[1:] == (...,) else kinds  # eight of a list, or each of a pair
        return tuple(_value(name, kind, addresses, pattern, numbers) for kind in kinds)
    if hasattr(hint, "__dataclass_fields__"):
        return _filled(hint, addresses, pattern, numbers)
    if hint is bool:
        return False
    if hint is int:
        return 3
    if name in ("photo", "photos"):
        return ""
    return "neighbours" if name == "drawing" else "春季社区义诊"
