"""Pictures of seals and signatures: small PNG files on a clear ground."""

from io import BytesIO
from typing import Final

from PIL import Image, ImageChops, UnidentifiedImageError

MOST_BYTES: Final = 3 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000
SIDE: Final = 520  # dots: 42 mm at 300 dpi are 496


def clear_png(content: bytes) -> bytes | None:
    """Return the picture as a PNG whose white paper is clear, or None if it is no picture.

    The darker a dot, the less of the ground shines through. It is drawn again: no other data of the file stays.
    """
    if not content or len(content) > MOST_BYTES:
        return None
    try:
        with Image.open(BytesIO(content), formats=["PNG", "JPEG"]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return None
            opened.thumbnail((SIDE, SIDE))
            drawn = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    white = Image.new("RGBA", drawn.size, "white")
    flat = Image.alpha_composite(white, drawn).convert("RGB")
    red, green, blue = flat.split()
    darkest = ImageChops.darker(ImageChops.darker(red, green), blue)
    # Paper on a photo is light grey rather than white.
    alpha = darkest.point([min(255, max(0, (225 - value) * 2)) for value in range(256)])
    flat.putalpha(alpha)
    data = BytesIO()
    flat.save(data, "PNG", optimize=True)
    return data.getvalue()
