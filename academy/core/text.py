"""The one normal form of typed text: equal to the eye, equal to the database.

Keyboards, phones and Word write the same name or number in many ways: full width, with marks that nobody sees, with
another dash. Each text of ours follows one of two rules, and both rules may be applied again without a change:

- `prose` for what is read: titles, places, reasons. It drops what nobody sees and keeps Chinese punctuation.
- `identifier` for what is compared: names, numbers, codes. It also unites signs that mean the same.

`academy.core.plain` applies the rules to all forms and to all models.
"""

import re
import unicodedata
from collections.abc import Callable

# Han characters: radicals, 々 〇 〡–〩, the first plane's ideographs, and planes 2 and 3, which hold nothing else (𠮷).
HAN = "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f]")
_BREAKS = re.compile("[\t\v\f\x1c-\x1f\x85\u2028\u2029]+")  # Word pastes its line breaks as vertical tabs
# Letters and digits of a wide or a narrow form, and radicals that a PDF gives in the place of characters.
_WIDTH_FORMS = re.compile("[\u2e9f\u2ef3\u2f00-\u2fd5０-９Ａ-Ｚａ-ｚ\uff66-\uffdc]+")

# Not ー, the long vowel of Japanese, and not 〜, which means “until”.
_DASHES = "‐‒–—―⁃−─━˗➖⸺⸻"
_MIDDLE_DOTS = "•‧・⋅∙⸱⸳ꞏ᛫"
_SIGNS = str.maketrans({**dict.fromkeys(_DASHES, "-"), **dict.fromkeys(_MIDDLE_DOTS, "·")})
_RAISED_DOT = str.maketrans({"˙": "·"})  # NFKC would make it a blank and an accent
_FULL_STOP_IN_CHINESE = re.compile(rf"(?<=[{HAN}])\s*\.\s*(?=[{HAN}])")
_MIDDLE_DOT = re.compile(r"\s*·[\s·]*")
_BLANK_IN_CHINESE = re.compile(rf"(?<=[{HAN}])\s+(?=[{HAN}])")


def visible(text: str) -> str:
    r"""Return the text as it is, without what nobody sees.

    Direction marks, zero-width characters, variation selectors and controls go. `\n` alone ends a line; every other
    break or tab becomes a blank.
    """
    if text.isascii() and text.isprintable():
        return text
    return _BREAKS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_INVISIBLE)


def prose(text: str) -> str:
    r"""Return a text for readers without what nobody sees: `１０：００\v （东门）` → `10：00 （东门）`.

    Beyond `visible`, letters, digits and blanks get their usual width; only the wide blank stays, which begins Chinese
    paragraphs. The text never becomes longer.
    """
    text = visible(text)
    if text.isascii():
        return text
    text = _BLANKS.sub(" ", text)
    text = _WIDTH_FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    composed = unicodedata.normalize("NFC", text)
    return composed if len(composed) <= len(text) else text


def identifier(text: str) -> str:
    """Return a name, number or code as it is compared: `Ｖ２０２７—０００００１` → `V2027-000001`.

    It is `prose` in one line, with the compatible form of each character (NFKC), one kind of digit and dash, single
    blanks, and none between Han characters. Each middle dot becomes `·`, and so does a full stop between Han
    characters; the full stops of 3.5 and of an e-mail address stay.
    """
    text = unicodedata.normalize("NFKC", prose(text).translate(_RAISED_DOT)).translate(_INVISIBLE)
    text = text.translate(_SIGNS).translate(_DIGITS)
    text = _MIDDLE_DOT.sub("·", _FULL_STOP_IN_CHINESE.sub("·", text))
    return _BLANK_IN_CHINESE.sub("", " ".join(text.split()))


class _Table(dict[int, int | str | None]):
    """A table for `str.translate` that asks `function` about each character once."""

    def __init__(self, function: Callable[[str], str | None]) -> None:
        super().__init__()
        self.function = function

    def __missing__(self, code: int) -> int | str | None:
        self[code] = self.function(chr(code))
        return self[code]


# Invisible, though Unicode counts them as letters, marks or symbols: fillers of Hangul, a joiner of marks, vowels of
# Khmer that are not drawn, selectors of Mongolian, an empty Braille cell, the place of a pasted object.
_UNSEEN = frozenset("\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\ufffc")


def _visible(character: str) -> str | None:
    code = ord(character)
    if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:  # variation selectors
        return None
    if code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF or character in _UNSEEN:  # no characters at all; unseen
        return None
    match unicodedata.category(character):
        case "Cc":
            return character if character == "\n" else None
        case "Cf" | "Cs":
            return None
    return character


def _usual_digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if unicodedata.category(character) == "Nd" else character


_INVISIBLE = _Table(_visible)
_DIGITS = _Table(_usual_digit)
