"""Spelling of names."""

import re

_BLANK_IN_CHINESE = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")


def tidy_name(name: str) -> str:
    """Return the name with single blanks, and with none between Chinese characters: 王　英 → 王英."""
    return _BLANK_IN_CHINESE.sub("", " ".join(name.split()))
