"""The filing number of a site with the public security (公安备案号): as it is typed, written and looked up."""

import re
from typing import Final

from academy.core.text import identifier

# The number begins with the code of its province, whose short name stands before it.
_REGIONS: Final = {
    1: "京津冀晋蒙",
    2: "辽吉黑",
    3: "沪苏浙皖闽赣鲁",
    4: "豫鄂湘粤桂琼",
    5: "渝川黔滇藏",
    6: "陕甘青宁新",
}
_PROVINCES: Final = {
    f"{region}{number}": name
    for region, names in _REGIONS.items()
    for number, name in enumerate(names, 0 if region == 5 else 1)
}
_TYPED: Final = re.compile(r"(?:(?P<province>\w)公网安备)?(?P<digits>[0-9]{14})号?")
_REGISTRY: Final = "https://beian.mps.gov.cn/#/query/webSearch?code="


def read_police_filing(text: str) -> str | None:
    """Return the number as the registry writes it; None for a text that is no such number.

    Blanks, wide digits and a missing 号 are forgiven. The digits alone are enough, since they name the province.
    """
    typed = _TYPED.fullmatch(identifier(text).replace(" ", ""))
    province = _PROVINCES.get(typed["digits"][:2]) if typed else None
    if typed is None or province is None or typed["province"] not in (None, province):
        return None
    return f"{province}公网安备{typed['digits']}号"


def police_filing_url(number: str) -> str:
    """Return the address where the registry shows this number."""
    return _REGISTRY + "".join(filter(str.isdecimal, number))
