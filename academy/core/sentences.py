"""Sentences beside each other: Chinese ones without a gap, English ones with a blank."""

import re
from collections.abc import Iterable

# A full-width mark brings its own space. Closing quotes and tags may stand between it and the blank.
_GAP = re.compile(r"([：。，；！？][”’）》]*(?:</?\w[^>]*>)*)\s+")
_ENDS_FULL_WIDTH = re.compile(r"[：。，；！？][”’）》]*$")


def join_sentences(sentences: Iterable[object]) -> str:
    """Return the sentences one after the other, as their language does. Empty ones are left out."""
    said = ""
    for one in filter(None, map(str, sentences)):
        said += one if not said or _ENDS_FULL_WIDTH.search(said) else f" {one}"
    return said


def close_up(markup: str) -> str:
    """Return the text or markup without a gap between Chinese sentences."""
    return _GAP.sub(r"\1", markup)
