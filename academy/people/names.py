"""How a person's name is written down."""

import re

_BLANK_IN_CHINESE = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")


def tidy_name(name: str) -> str:
    """Single blanks, and none between Chinese characters: 王　英 is how offices align a name of two."""
    return _BLANK_IN_CHINESE.sub("", " ".join(name.split()))
