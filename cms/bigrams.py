"""Chinese for a search that only knows words between blanks: a run of characters becomes its overlapping pairs.

Neither database's full-text search segments Chinese: 课程 would not find 志愿者入门课程. As pairs it does.
"""

import re
from collections.abc import Iterator

# Han characters, with the extensions in which rare names and places are written.
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")


def index_terms(text: str) -> str:
    """The terms of `text` to be found by: words in lower case, and of Chinese each character and each pair."""
    return " ".join(dict.fromkeys(_terms(text, singles=True)))


def query_terms(text: str) -> str:
    """What to look for when somebody typed `text`: words, pairs, and a character only where it stands alone."""
    return " ".join(dict.fromkeys(_terms(text, singles=False)))


def _terms(text: str, *, singles: bool) -> Iterator[str]:
    for run in _RUNS.findall(text.lower()):
        if not re.match(f"[{_HAN}]", run):
            yield run
            continue
        yield from (run[i : i + 2] for i in range(len(run) - 1))
        if singles or len(run) == 1:
            yield from run
