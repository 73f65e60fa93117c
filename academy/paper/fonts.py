"""The fonts for paper: Song type (宋体) for documents, Hei type (黑体) for texts that are read from afar.

Both come from a package, so that all machines print the same and need no Chinese fonts of their own. The everyday cut
of each font (`build_fonts`) makes small files quickly; a character that the cut lacks comes from the whole font.
"""

import os
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path, serif_path

FONTS_DIR: Final = Path(__file__).resolve().parents[2] / "var" / "fonts"
_PACKAGE: Final = "pylopdf-fonts-zh-cn"
# Raise it when the cut changes. The files' names hold it, so that old files are not used as new ones.
_CUT: Final = 1
_STAMP: Final = f"{version(_PACKAGE)}-{_CUT}"


@dataclass(frozen=True)
class Font:
    """A font as style sheets name it, and the whole font behind it."""

    family: str
    whole: Path

    @property
    def whole_family(self) -> str:
        return f"{self.family} Whole"

    @property
    def everyday(self) -> Path:
        """The path of its everyday cut, which `build_fonts` creates."""
        return FONTS_DIR / f"{self.whole.stem}-{_STAMP}{self.whole.suffix}"


FONTS: Final = (Font("Academy Song", serif_path()), Font("Academy Hei", sans_path()))
FAMILIES: Final = frozenset(family for font in FONTS for family in (font.family, font.whole_family))


def are_there() -> bool:
    """Return whether the files of our fonts can be read. Without one, every character would be missing."""
    return all(os.access(path, os.R_OK) for font in FONTS for path in (font.everyday, font.whole))


@cache
def printable_characters() -> frozenset[str]:
    """Return the characters that at least one of our fonts can draw."""
    characters: set[str] = set()
    for font in FONTS:
        with TTFont(font.whole, lazy=True) as file:
            characters.update(map(chr, file.getBestCmap()))
    return frozenset(characters)


def missing_characters(text: str) -> set[str]:
    """Return the characters of `text` that cannot be printed. Spaces and invisible marks need no picture."""
    return {
        character
        for character in set(text) - printable_characters()
        if unicodedata.category(character) not in {"Cc", "Cf", "Zs", "Zl", "Zp"}
    }
