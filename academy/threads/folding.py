"""Typed text as a thread's reader sees it, and as names are compared."""

import re
import unicodedata
from functools import lru_cache

from academy.threads.traditional import simplified

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

_STRUCK = re.compile("(?:[^\u0335-\u0338\\s][\u0335-\u0338]+[ \u0335-\u0338]*)+")
_MARKED = re.compile(r"~~([^~]{1,60})~~|<(?:s|del|strike)>([^<]{1,60})</(?:s|del|strike)>", re.IGNORECASE)
_STRIKES = re.compile("[\u0335-\u0338]")
_KEYCAP = re.compile("([0-9])\ufe0f?\u20e3")
_NO_BUILDING = "(?!\\s*(?:栋|幢|座|单元|号楼|#))"
_KEYCAPS_FIRST = re.compile(f"^\\W*?((?:[0-9]\ufe0f?\u20e3|🔟)+){_NO_BUILDING}")
_RING_FIRST = re.compile(f"^\\W*?([①-⓿❶-➓㉑-㊿⒈-⒛]){_NO_BUILDING}")  # ⑬楼长 is no 13楼
_DOT = re.compile(f"(?<=[{HAN}])[•・‧∙⋅](?=[{HAN}]{{2}})")
_UNSEEN = frozenset("\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u2800\ufffc")
# Marks that strike a line out, and marks that say yes, as words; all other pictures go.
_PICTURES = str.maketrans(
    {
        **dict.fromkeys("❌❎✖✘✗🚫", " 取消 "),
        "➕": "+",
        "🔟": "10",
        "×": "x",
        "✕": "x",
        "〇": "〇",
        "➡": "→",
        **dict.fromkeys("‘’", "'"),
        **dict.fromkeys("•・●○◆◇■□▪▶►★☆", " "),
    }
)


def lines_of(text: str) -> list[str]:
    """Return the lines of a paste; the first one has number 1. A BOM goes."""
    return re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"))


def clean(text: str) -> str:
    """Return a line without what nobody sees, in the usual width, without pictures, with single blanks."""
    text = _KEYCAPS_FIRST.sub(lambda found: f"{found[1]}. ", text)
    text = _RING_FIRST.sub(_number_first, text)
    text = _DOT.sub("·", _KEYCAP.sub(r"\1", text)).translate(_PICTURES)
    text = unicodedata.normalize("NFKC", text)
    return " ".join("".join(map(_kept, text)).split())


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Return a name as it is compared: simplified characters, small letters, no blanks, dots or marks."""
    text = simplified(clean(text)).casefold()
    return "".join(sign for sign in text if sign.isalnum())


def struck_parts(text: str) -> tuple[list[str], str]:
    """Return the parts of a line that are struck out, and the rest of it."""
    parts: list[str] = []

    def keep(found: re.Match[str]) -> str:
        inside = found[0] if not found.re.groups else found[1] or found[2]
        parts.append(_STRIKES.sub("", inside))
        return " "

    rest = _MARKED.sub(keep, _STRUCK.sub(keep, text))
    return parts, _STRIKES.sub("", rest)


def _number_first(found: re.Match[str]) -> str:
    value = unicodedata.numeric(found[1], 0)
    return f"{int(value)}. " if value and value == int(value) else found[0]


def _kept(sign: str) -> str:
    code = ord(sign)
    if sign in _UNSEEN or 0xFE00 <= code <= 0xFE0F or 0xE0000 <= code <= 0xE01EF or code & 0xFFFE == 0xFFFE:
        return ""
    match unicodedata.category(sign):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cf" | "Cs" | "Co" | "Cn" | "Me":
            return ""
        case "So" | "Sk":
            return " " if code > 0x7F else sign
    return sign
