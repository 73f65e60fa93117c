"""`python -m academy.paper.build_fonts`: cuts the everyday fonts, once for each version of the fonts' package.

What stays is what simplified Chinese is written with day by day: the repertoire of GB 2312 and Latin letters. A page
is then laid out and written faster and its file is half as large. It takes half a minute; a second run takes none.
"""

import logging
import os
import sys
from pathlib import Path

from fontTools import subset

from academy.paper.fonts import FONTS, FONTS_DIR


def everyday_characters() -> set[int]:
    """Code points of GB 2312 (6,763 Chinese characters, punctuation, kana), Latin and general punctuation."""
    characters = {*range(0x20, 0x180), *range(0x2010, 0x2044)}
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            characters.update(map(ord, bytes((row, cell)).decode("gb2312", errors="ignore")))
    return characters


def cut(source: Path, target: Path) -> None:
    """Write `source` with only the everyday characters and without what paper has no use for."""
    options = subset.Options(hinting=False, layout_features=["kern"], notdef_outline=True)
    options.drop_tables += ["BASE", "DSIG", "VORG", "vhea", "vmtx"]
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=everyday_characters())
    subsetter.subset(font)
    # Whole or not at all, even when two processes start at once.
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
