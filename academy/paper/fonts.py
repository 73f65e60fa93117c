"""The fonts that paper is printed with: Song type (宋体) for documents, Hei type (黑体) for what is read from afar.

Both come from a package, so that every machine prints the same and none needs Chinese fonts of its own. The everyday
cut of each (`build_fonts`) makes small files quickly; whoever's name it lacks gets that one character from the whole
font.
"""

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
# Raise it when the cut changes: the files' names carry it, so that old ones are never taken for new.
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
        """Where its everyday cut stands, once `build_fonts` has made it."""
        return FONTS_DIR / f"{self.whole.stem}-{_STAMP}{self.whole.suffix}"


FONTS: Final = (Font("Academy Song", serif_path()), Font("Academy Hei", sans_path()))
FAMILIES: Final = frozenset(family for font in FONTS for family in (font.family, font.whole_family))


@cache
def printable_characters() -> frozenset[str]:
    """Every character that some font of ours can draw."""
    characters: set[str] = set()
    for font in FONTS:
        with TTFont(font.whole, lazy=True) as file:
            characters.update(map(chr, file.getBestCmap()))
    return frozenset(characters)


def missing_characters(text: str) -> set[str]:
    """The characters of `text` that cannot be printed. Blanks and invisible marks need no picture."""
    return {
        character
        for character in set(text) - printable_characters()
        if unicodedata.category(character) not in {"Cc", "Cf", "Zs", "Zl", "Zp"}
    }
