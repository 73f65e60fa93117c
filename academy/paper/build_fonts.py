"""The fonts for paper, made once for each version of their packages.

`python -m academy.paper.build_fonts` keeps the characters of everyday simplified Chinese: those of GB 2312, and Latin
letters. A page is then laid out faster, and its file is half as large. The fonts of other scripts are unpacked whole.
The first run takes half a minute; later runs have no work to do.
"""

import logging
import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from academy.paper.fonts import FONTS, FONTS_DIR, SCRIPTS, built


def everyday_characters() -> set[int]:
    """Return the code points of GB 2312 (with 6,763 Chinese characters), Latin and general punctuation."""
    characters = {*range(0x20, 0x180), *range(0x2010, 0x2044)}
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            characters.update(map(ord, bytes((row, cell)).decode("gb2312", errors="ignore")))
    return characters


def cut(source: Path, target: Path) -> None:
    """Write `source` with only the everyday characters, and without tables that paper does not need."""
    options = subset.Options(hinting=False, layout_features=["kern"], notdef_outline=True)
    options.drop_tables += ["BASE", "DSIG", "VORG", "vhea", "vmtx"]
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=everyday_characters())
    subsetter.subset(font)
    _write(target, lambda path: subset.save_font(font, path, options))


def unpack(source: Path, target: Path) -> None:
    """Write the web font `source` with all its tables: its letters join and stack by them."""
    with TTFont(source) as font:
        font.flavor = None
        _write(target, font.save)


def _write(target: Path, save: Callable[[Path], None]) -> None:
    # Renaming a finished file: two processes may start at once, and no reader sees half a font.
    unfinished = target.with_suffix(f".{os.getpid()}")
    save(unfinished)
    unfinished.replace(target)


def main() -> None:
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    FONTS_DIR.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor() as pool:
        missing = [font for font in FONTS if not font.everyday.exists()]
        for font in missing:
            sys.stdout.write(f"Cutting {font.family} ...\n")
            sys.stdout.flush()
        list(pool.map(cut, (font.whole for font in missing), (font.everyday for font in missing)))
    for script in SCRIPTS:
        if not script.made.exists():
            unpack(script.web_font, script.made)
    for outdated in {*FONTS_DIR.glob("*.otf"), *FONTS_DIR.glob("*.ttf")} - set(built()):
        outdated.unlink()


if __name__ == "__main__":
    main()
