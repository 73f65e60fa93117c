"""Pages as they are after a poor printer, a scanner or a photocopier."""

from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Final

from PIL import Image, ImageEnhance, ImageFilter

from tests.paper.reading import scanned

Copy = Callable[[Image.Image], Image.Image]


def plain(page: Image.Image) -> Image.Image:
    return page


def black_and_white(page: Image.Image) -> Image.Image:
    """Return the page as a laser printer or a fax has it."""
    return page.point([255 * (level > 127) for level in range(256)])


def pale(page: Image.Image) -> Image.Image:
    """Return the page as a printer with 80 % of its toner prints it: grey, with gaps in the dark."""
    dice = Random(5)
    page = page.point([51 + level * 204 // 255 for level in range(256)])
    gaps = Image.new("L", page.size)
    for _gap in range(page.width * page.height // 900):
        gaps.putpixel((dice.randrange(page.width), dice.randrange(page.height)), 255)
    page.paste(255, mask=gaps)
    return page


def turned(page: Image.Image) -> Image.Image:
    """Return the page as a phone sees it that is held askew and moves."""
    return page.rotate(6, resample=Image.Resampling.BICUBIC, fillcolor=255, expand=True).filter(
        ImageFilter.GaussianBlur(0.8)
    )


def photocopied(page: Image.Image) -> Image.Image:
    """Return a copy of a copy: askew, blurred, with specks and too much contrast."""
    dice = Random(3)
    copy = page
    for angle in (0.8, -1.7):
        copy = copy.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255)
        copy = ImageEnhance.Contrast(copy.filter(ImageFilter.GaussianBlur(0.7))).enhance(1.6)
        for _speck in range(500):
            copy.putpixel((dice.randrange(copy.width), dice.randrange(copy.height)), dice.choice([0, 255]))
    saved = BytesIO()
    copy.save(saved, "JPEG", quality=60)
    return Image.open(saved)


ALL: Final[tuple[Copy, ...]] = (plain, black_and_white, pale, scanned, turned, photocopied)
