"""Words found in a text, and the part of the text around them with the words marked."""

import re
from collections.abc import Iterable, Sequence

from academy.threads.traditional import simplified

BEFORE, AROUND = 16, 72  # characters of a part: before its first word, and in all

Parts = list[tuple[str, bool]]  # pieces of a text, and whether each is marked


def folded(text: str) -> str:
    """Return `text` as it is compared: simplified, in lower case, with the same length."""
    plain = simplified(text)
    lower = plain.lower()
    return lower if len(lower) == len(plain) else "".join(one if len(one.lower()) > 1 else one.lower() for one in plain)


def spans(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Return where the folded `words` stand in `text`, from left to right; places that meet are one.

    A word of Latin letters is found whole, a Chinese one inside others too.
    """
    plain = folded(text)
    found = sorted(match.span() for word in words for match in _pattern(word).finditer(plain))
    joined: list[tuple[int, int]] = []
    for begin, end in found:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def holds(text: str, word: str) -> bool:
    """Return whether the folded `word` stands in the folded `text`."""
    return bool(_pattern(word).search(text)) if word.isascii() else word in text


def marked(text: str, words: Iterable[str]) -> Parts:
    """Return the whole text in pieces, with its `words` marked."""
    return _pieces(text, spans(text, words))


def excerpt(text: str, words: Sequence[str]) -> Parts:
    """Return the part of `text` around its first word, with `words` marked, or its beginning."""
    text = " ".join(text.split())
    places = spans(text, words)
    begin = max(0, places[0][0] - BEFORE) if places else 0
    if begin and len(text) < begin + AROUND:
        begin = max(0, len(text) - AROUND)
    if begin:
        begin = _to_blank(text, begin + _sentence(text[begin : min(begin + BEFORE, places[0][0])]), -1)
    end = _to_blank(text, min(len(text), begin + AROUND), 1)
    inside = [(max(one, begin) - begin, min(two, end) - begin) for one, two in places if one < end and two > begin]
    pieces = _pieces(text[begin:end], inside)
    return [("…", False)] * (begin > 0) + pieces + [("…", False)] * (end < len(text))


def _pattern(word: str) -> re.Pattern[str]:
    whole = rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])" if word.isascii() else re.escape(word)
    return re.compile(whole)


def _sentence(text: str) -> int:
    """Return where a sentence begins in `text`, else where its first word does."""
    ends = [found.end() for found in re.finditer(r"[。！？；.!?;]\s*", text)]
    return ends[-1] if ends else len(text) - len(text.lstrip("，、：）》”,:) "))


def _to_blank(text: str, place: int, step: int) -> int:
    """Return the nearest place outside a Latin word, at most a dozen characters away."""
    for _unused in range(12):
        if not (0 < place < len(text) and text[place - 1].isascii() and text[place - 1].isalnum()):
            break
        if not (text[place].isascii() and text[place].isalnum()):
            break
        place += step
    return place


def _pieces(text: str, places: Sequence[tuple[int, int]]) -> Parts:
    pieces, last = [], 0
    for begin, end in places:
        pieces += [(text[last:begin], False), (text[begin:end], True)]
        last = end
    return [piece for piece in [*pieces, (text[last:], False)] if piece[0]]
