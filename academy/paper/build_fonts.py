"""The everyday fonts, cut once for each version of the fonts' package.

`python -m academy.paper.build_fonts` keeps the characters of everyday simplified Chinese: those of GB 2312, and Latin
letters. A page is then laid out faster, and its file is half as large. The first run takes half a minute; later runs
have no work to do.
"""

import logging
import os
import sys
from pathlib import Path

from fontTools import subset

from academy.paper.fonts import FONTS, FONTS_DIR


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
    # Renaming a finished file: two processes may start at once, and no reader sees half a font.
    unfinished = target.with_suffix(f".{os.getpid()}")
    subset.save_font(font, unfinished, options)
    unfinished.replace(target)


def main() -> None:
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    FONTS_DIR.mkdir(parents=True, exist_ok=True)
    current = {font.everyday for font in FONTS}
    for font in FONTS:
        if not font.everyday.exists():
            sys.stdout.write(f"Cutting {font.family} ...\n")
            sys.stdout.flush()
            cut(font.whole, font.everyday)
    for outdated in set(FONTS_DIR.glob("*.otf")) - current:
        outdated.unlink()


if __name__ == "__main__":
    main()
