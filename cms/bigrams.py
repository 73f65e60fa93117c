"""Chinese text as overlapping pairs of characters, for a search that only finds words between spaces.

The full-text search of neither database segments Chinese: 课程 would not find 志愿者入门课程. With pairs it does. Terms
are written in simplified characters.
"""

import re
from collections.abc import Iterator

from academy.threads.traditional import simplified

# Han characters, with the extensions for rare names and places.
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")


def index_terms(text: str) -> str:
    """Return the terms that find `text`: words in lower case, and each Chinese character and pair."""
    return " ".join(dict.fromkeys(_terms(text, singles=True)))


def query_terms(text: str) -> str:
    """Return the terms of a typed `text`: words, pairs, and single characters that have no neighbour."""
    return " ".join(dict.fromkeys(_terms(text, singles=False)))


def runs(text: str) -> list[str]:
    """Return the runs of Chinese characters and the Latin words of `text`, simplified and in lower case."""
    found: list[str] = _RUNS.findall(simplified(text).lower())
    return found


def _terms(text: str, *, singles: bool) -> Iterator[str]:
    for run in runs(text):
        if not re.match(f"[{_HAN}]", run):
            yield run
            continue
        yield from (run[i : i + 2] for i in range(len(run) - 1))
        if singles or len(run) == 1:
            yield from run
