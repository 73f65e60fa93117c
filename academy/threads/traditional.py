"""Traditional characters as simplified ones, for names and for the search: 急救課程 finds 急救课程.

Each character becomes one character, so that a place in the one text is the same place in the other.
"""

from functools import cache

_FIRST, _LAST = 0x3400, 0x9FFF


def simplified(text: str) -> str:
    """Return `text` with each traditional character as its simplified one; its length stays."""
    return text if text.isascii() else text.translate(_table())


@cache
def _table() -> dict[int, str]:
    from opencc import OpenCC  # loaded when Chinese is first read or searched

    characters = [chr(code) for code in range(_FIRST, _LAST + 1)]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    pairs = zip(characters, converted, strict=True)
    return {ord(one): other for one, other in pairs if one != other and len(other) == 1}
