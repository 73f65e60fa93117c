"""A photo from a phone as small JPEGs without hidden data: no place, no camera, no thumbnail."""

import io
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

LARGE, SMALL = 1280, 480  # pixels of the longer side
QUALITY = 80
MOST_PIXELS = 60_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
# Pillow trips over broken files in many ways; most of them are `struct.error` or about wrong numbers in them.
FAULTS = (
    Image.DecompressionBombError,
    ArithmeticError,
    LookupError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)

register_heif_opener()


@dataclass(frozen=True)
class ResizedPhoto:
    """Both sizes as JPEG, and the measures of the small one."""

    large: bytes
    small: bytes
    width: int
    height: int

    @property
    def bytes(self) -> int:
        return len(self.large) + len(self.small)


def resize(file: BinaryIO | Any) -> ResizedPhoto | None:
    """Return the photo in both sizes, upright; None for a file that is no photo, or has too many pixels."""
    flat = upright(file, side=LARGE)
    if flat is None:
        return None
    large = jpeg(flat)
    flat.thumbnail((SMALL, SMALL))
    return ResizedPhoto(large, jpeg(flat), flat.width, flat.height)


def upright(file: BinaryIO | Any, *, side: int) -> Image.Image | None:
    """Return the photo upright, of at most `side` dots and without hidden data; None as `resize` does."""
    try:
        with Image.open(file, formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            image.draft("RGB", (side, side))  # a large JPEG is read in a smaller size
            image.thumbnail((side, side))  # before it is turned and laid on white: each of them makes another copy
            return _flat(ImageOps.exif_transpose(image))
    except FAULTS:
        return None


def jpeg(image: Image.Image) -> bytes:
    """Return the picture as JPEG, of a quality for the screen."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()


def _flat(image: Image.Image) -> Image.Image:
    """Return the picture alone, on white where it is transparent."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        seen = image.convert("RGBA")
        white = Image.new("RGB", seen.size, "white")
        white.paste(seen, mask=seen.getchannel("A"))
        return white
    flat = Image.new("RGB", image.size)  # a new picture takes no hidden data along
    flat.paste(image.convert("RGB"))
    return flat
