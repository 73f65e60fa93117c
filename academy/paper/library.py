"""Pictures of the library as sheets of paper hold them."""

from base64 import b64encode
from typing import Any

from wagtail.images.models import Image, SourceImageIOError

from academy.paper.press import DRAWING, PHOTO


def address_of(image: Image, size: str) -> str:
    """Return a picture as an address that holds it whole: a drawing as it is, a photo in `size` as a JPEG.

    Empty if its file is missing.
    """
    is_drawing = image.is_svg()
    try:
        shown: Any = image if is_drawing else image.get_rendition(f"{size}|format-jpeg")
        with shown.file.open("rb") as file:
            return (DRAWING if is_drawing else PHOTO) + b64encode(file.read()).decode()
    except (OSError, SourceImageIOError):
        return ""
