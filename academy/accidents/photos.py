"""Photos of an accident as they are kept: smaller and drawn again, so that no other data stays."""

from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES: Final = 15 * 1024 * 1024  # as a phone takes it
MOST_PIXELS: Final = 80_000_000
SIDE: Final = 1600  # dots: a sheet of A4 shows no more


def smaller_jpeg(content: bytes) -> bytes | None:
    """Return the photo as an upright JPEG of at most `SIDE` dots without data; None for any other file."""
    if not content or len(content) > MOST_BYTES:
        return None
    try:
        with Image.open(BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return None
            opened.draft("RGB", (SIDE, SIDE))
            turned = ImageOps.exif_transpose(opened)
            turned.thumbnail((SIDE, SIDE))
            drawn = Image.new("RGB", turned.size, "white")
            clear = turned.convert("RGBA")
            drawn.paste(clear, mask=clear.getchannel("A"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    data = BytesIO()
    drawn.save(data, "JPEG", quality=80, optimize=True)
    return data.getvalue()
