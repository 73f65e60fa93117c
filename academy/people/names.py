"""A person's name, phone and e-mail address as they are written, each in one form."""

import re

from pypinyin import lazy_pinyin

from academy.core.text import identifier

_FULL_STOP_IN_NAME = re.compile(r"(?<=[^\W\d_]{2})\.(?=[^\W\d_]{2})")  # not that of an initial: J.R. Smith
_PHONE = re.compile(r"(?:tel:)?([+\d\s().·/_ー-]+)(?:;.*)?", re.IGNORECASE)
_MAINLAND = re.compile(r"(?:00)?86(?=1\d{10}$)")


def tidy_name(name: str) -> str:
    """Return the name in its one form: `王　英` → `王英`, `买买提•吐尔逊` → `买买提·吐尔逊`.

    Beyond `text.identifier`, a full stop between two parts of a name is a middle dot.
    """
    return _FULL_STOP_IN_NAME.sub("·", identifier(name))


def tidy_phone(phone: str) -> str:
    """Return the digits of a phone without +86 (R4): `＋86 138–0013–8000` → `13800138000`.

    A text that is no phone number stays, for the validator to refuse.
    """
    phone = identifier(phone)
    found = _PHONE.fullmatch(phone)
    return _MAINLAND.sub("", "".join(filter(str.isdecimal, found[1]))) if found else phone


def tidy_email(address: str) -> str:
    """Return the e-mail address in lower case and without blanks, as it is compared."""
    return "".join(identifier(address).split()).lower()


def alphabetical(name: str) -> list[str]:
    """Return the key that sorts names by their pinyin, as a list on paper is searched."""
    return [syllable.casefold() for syllable in lazy_pinyin(name)]


def mask_name(name: str) -> str:
    """Return the name as public pages show it: 王秀英 → 王*英, 王英 → 王* (K6, P5).

    Two stars stand for two or more characters, so that a long name does not fill a row: 阿卜杜热合曼 → 阿**曼. The
    scanner's search reads them so (static/js/scanner/judge.js).
    """
    return name[:1] + "*" if len(name) < 3 else name[0] + "**"[: len(name) - 2] + name[-1]
