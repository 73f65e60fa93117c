"""Photos of an accident as they are kept: smaller and drawn again, so that no other data stays."""

from io import BytesIO
from typing import Final

from academy.photos.resizing import jpeg, upright

MOST_BYTES: Final = 15 * 1024 * 1024  # as a phone takes it
SIDE: Final = 1600  # dots: a sheet of A4 shows no more


def smaller_jpeg(content: bytes) -> bytes | None:
    """Return the photo as an upright JPEG of at most `SIDE` dots without data; None for any other file."""
    if not content or len(content) > MOST_BYTES:
        return None
    drawn = upright(BytesIO(content), side=SIDE)
    return None if drawn is None else jpeg(drawn)
