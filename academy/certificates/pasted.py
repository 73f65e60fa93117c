"""Numbers and codes of certificates in a pasted text, however people write them.

A line may hold a number, a code, an address that a scanner typed, or a number with its code, and other words between.
Other words are not kept: people paste names and ID numbers too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from academy.core.keys import is_key, normalise_key
from academy.core.text import identifier

CODE_LENGTH: Final = 16
_DIGIT = "[0-9OIL]"
_NUMBER: Final = re.compile(
    rf"(?<![0-9A-Z])([A-Z]{{2}}|演练)({_DIGIT}{{2,}}?)[-\s]?({_DIGIT}{{4}})[-\s]?({_DIGIT}{{6}})(?![0-9A-Z])"
)
_CODE: Final = re.compile(r"(?<![0-9A-Z])(?:[0-9A-Z]{4}[-\s._·]?){3}[0-9A-Z]{4}(?![0-9A-Z])")
_AS_DIGITS: Final = str.maketrans("OIL", "011")


@dataclass(frozen=True)
class PastedLine:
    """The number and the code on one line; both may be missing.

    `on_photo`: a photo is meant, on which a code could not be read.
    """

    number: str = ""  # "ZM01-2026-000123"
    code: str = ""  # "7K3M9QXA2B4C5D6E"
    on_photo: bool = False


def read(text: str) -> Iterator[PastedLine]:
    """Yield numbers and codes of the lines of a text, in order. Skip lines without letter or digit."""
    for line in text.splitlines():
        plain = identifier(line).upper()
        if not any(map(str.isalnum, plain)):
            continue
        numbers = ["{}{}-{}-{}".format(found[1], *_digits(found)) for found in _NUMBER.finditer(plain)]
        others = _CODE.finditer(_NUMBER.sub(" ", plain))
        codes = [code for found in others if _may_be_code(code := normalise_key(found[0]))]
        if len(numbers) == len(codes) == 1:
            yield PastedLine(numbers[0], codes[0])
        else:
            yield from (PastedLine(number=number) for number in numbers)
            yield from (PastedLine(code=code) for code in codes)
        if not numbers and not codes:
            yield PastedLine()


def read_code(text: str) -> str:
    """Return the code if the text is one, however it is written; else an empty text."""
    key = normalise_key(text)
    return key if _may_be_code(key) else ""


def _digits(found: re.Match[str]) -> list[str]:
    return [part.translate(_AS_DIGITS) for part in found.groups()[1:]]


def _may_be_code(key: str) -> bool:
    """Return whether this may be a code: digits alone are the number of a bank card, or another one."""
    return len(key) == CODE_LENGTH and is_key(key) and not key.isdecimal()
