"""Change an XML part at single places, so that the rest of it stays byte for byte.

A part is a list of tokens: tags, texts, comments. Libraries that build a tree of a workbook drop the parts of it that
they do not know, as extensions of Excel; tokens keep them.
"""

import re
from functools import lru_cache
from xml.parsers import expat

from academy.tables.package import Unreadable

_TOKEN = re.compile(r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>|<(?:[^<>\"'!?]|\"[^\"<]*\"|'[^'<]*')+>|[^<]+", re.DOTALL)
_NAME = re.compile(r"</?\s*((?:[\w.\-]+:)?)([\w.\-]+)")


@lru_cache(maxsize=64)
def _attribute(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=\s){re.escape(name)}\s*=\s*(\"[^\"]*\"|'[^']*')")


def tokens_of(data: bytes) -> list[str]:
    """Return the tokens of an XML part. Raises `Unreadable` with `corrupt`."""
    try:
        expat.ParserCreate().Parse(data, True)
        text = data.decode()
    except (expat.ExpatError, UnicodeDecodeError) as error:
        raise Unreadable("corrupt") from error
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text:
        raise Unreadable("corrupt")  # a declaration of entities
    return tokens


def bytes_of(tokens: list[str]) -> bytes:
    """Return the part that the tokens make. Raises `Unreadable` with `corrupt` if it is no XML."""
    data = "".join(tokens).encode()
    try:
        expat.ParserCreate().Parse(data, True)
    except expat.ExpatError as error:
        raise Unreadable("corrupt") from error
    return data


def name_of(token: str) -> str:
    """Return the local name of a start tag, or "" for any other token."""
    if not token.startswith("<") or token[1] in "/!?":
        return ""
    found = _NAME.match(token)
    return found[2] if found else ""


def ends(token: str, name: str) -> bool:
    """Return whether the token closes an element of that local name; a tag may close its own."""
    if token.startswith("</"):
        found = _NAME.match(token)
        return found is not None and found[2] == name
    return token.endswith("/>") and name_of(token) == name


def prefix_of(tag: str) -> str:
    """Return the prefix of a tag with its colon, or ""."""
    found = _NAME.match(tag)
    return found[1] if found else ""


def get(tag: str, attribute: str) -> str | None:
    """Return the value of an attribute."""
    found = _attribute(attribute).search(tag)
    return unescape(found[1][1:-1]) if found else None


def put(tag: str, attribute: str, value: str | None) -> str:
    """Return the tag with that value of an attribute, or without the attribute if `value` is None."""
    text = "" if value is None else f'{attribute}="{escape(value)}"'
    if _attribute(attribute).search(tag):
        return _attribute(attribute).sub(lambda _found: text, tag)
    end = "/>" if tag.endswith("/>") else ">"
    return f"{tag[: -len(end)].rstrip()} {text}{end}" if text else tag


def element_end(tokens: list[str], start: int) -> int:
    """Return the place of the token that closes the element which begins at `start`."""
    name = name_of(tokens[start])
    if tokens[start].endswith("/>"):
        return start
    depth = 0
    for place in range(start, len(tokens)):
        if name_of(tokens[place]) == name and not tokens[place].endswith("/>"):
            depth += 1
        elif tokens[place].startswith("</") and ends(tokens[place], name):
            depth -= 1
            if depth == 0:
                return place
    raise Unreadable("corrupt")


def open_tag(tag: str) -> str:
    """Return the start tag of an element that may be empty until now."""
    return tag[:-2].rstrip() + ">" if tag.endswith("/>") else tag


def close_tag(tag: str) -> str:
    """Return the end tag that belongs to a start tag."""
    return f"</{prefix_of(tag)}{name_of(tag)}>"


def escape(text: str) -> str:
    """Return text as XML, and letters that XML forbids as Excel writes them."""
    text = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    return escape_signs(
        re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", lambda found: f"_x{ord(found[0]):04X}_", text)
    )


def escape_signs(text: str) -> str:
    """Return text that came from XML, as XML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


_ENTITY = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#(\d+)|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def unescape(text: str) -> str:
    """Return the text that stands in XML."""
    return _ENTITY.sub(
        lambda found: chr(int(found[1], 16)) if found[1] else chr(int(found[2])) if found[2] else _NAMED[found[3]], text
    )
