"""Pictures for tests."""

from io import BytesIO

from PIL import Image


def png(width: int = 1600, height: int = 900) -> BytesIO:
    """Return a picture of one colour, larger than any size that is shown."""
    file = BytesIO()
    Image.new("RGB", (width, height), "#7d9a5c").save(file, "PNG")
    file.seek(0)
    return file
