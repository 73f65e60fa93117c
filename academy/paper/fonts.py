"""The fonts for paper: Song type (宋体) for documents, Hei type (黑体) for texts that are read from afar.

Both come from a package, so that all machines print the same and need no Chinese fonts of their own. The everyday cut
of each font (`build_fonts`) makes small files quickly; a character that the cut lacks comes from the whole font.
Uyghur and Tibetan names have fonts of their own (ADR 164).
"""

import json
import os
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path, serif_path

_ROOT: Final = Path(__file__).resolve().parents[2]
FONTS_DIR: Final = _ROOT / "var" / "fonts"
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


@dataclass(frozen=True)
class ScriptFont:
    """The font of a script whose letters join or stack, from a web font in a package of npm.

    Each of its glyphs must stand for letters of its own (ADR 164): else what is copied from a PDF is another name.
    """

    family: str
    package: str
    script: str

    @property
    def web_font(self) -> Path:
        name = self.package.rpartition("/")[2]
        return _ROOT / "node_modules" / self.package / "files" / f"{name}-{self.script}-400-normal.woff"

    @property
    def made(self) -> Path:
        """The path of the font that `build_fonts` makes of the web font."""
        return FONTS_DIR / f"{self.package.rpartition('/')[2]}-{_locked(self.package)}-{_CUT}.ttf"


@cache
def _locked(package: str) -> str:
    """Return the version of a package of npm. A server has no folder of packages to look it up."""
    lock = json.loads((_ROOT / "package-lock.json").read_text(encoding="utf-8"))
    found: str = lock["packages"][f"node_modules/{package}"]["version"]
    return found


FONTS: Final = (Font("Academy Song", serif_path()), Font("Academy Hei", sans_path()))
SCRIPTS: Final = (
    ScriptFont("Academy Naskh", "@fontsource/amiri", "arabic"),
    ScriptFont("Academy Uchen", "@fontsource/noto-serif-tibetan", "tibetan"),
)


def files() -> dict[str, Path]:
    """Return the file of each family, as style sheets name it."""
    return {
        **{font.family: font.everyday for font in FONTS},
        **{font.whole_family: font.whole for font in FONTS},
        **{font.family: font.made for font in SCRIPTS},
    }


def built() -> list[Path]:
    """Return the files that `build_fonts` makes."""
    return [*(font.everyday for font in FONTS), *(font.made for font in SCRIPTS)]


def are_there() -> bool:
    """Return whether the files of our fonts can be read. Without one, every character would be missing."""
    return all(os.access(path, os.R_OK) for path in files().values())


@cache
def printable_characters() -> frozenset[str]:
    """Return the characters that at least one of our fonts can draw."""
    return _single_characters() | _characters_of(*(font.made for font in SCRIPTS))


@cache
def _single_characters() -> frozenset[str]:
    """Return the characters that are drawn one beside the other."""
    return _characters_of(*(font.whole for font in FONTS))


def _characters_of(*paths: Path) -> frozenset[str]:
    characters: set[str] = set()
    for path in paths:
        with TTFont(path, lazy=True) as file:
            characters.update(map(chr, file.getBestCmap()))
    return frozenset(characters)


def missing_characters(text: str) -> set[str]:
    """Return the characters of `text` that cannot be printed. Spaces and invisible marks need no picture."""
    return {
        character
        for character in set(text) - printable_characters()
        if unicodedata.category(character) not in {"Cc", "Cf", "Zs", "Zl", "Zp"}
    }


def is_shaped(text: str) -> bool:
    """Return whether letters of `text` join, stack or run leftwards: only a layout sets them right."""
    return not text.isascii() and not _shaped_characters().isdisjoint(text)


@cache
def _shaped_characters() -> frozenset[str]:
    return printable_characters() - _single_characters()
