"""Pictures for tests."""

import random
from io import BytesIO

from PIL import Image


def png(width: int = 1600, height: int = 900) -> BytesIO:
    """Return a picture of one colour, larger than any size that is shown."""
    file = BytesIO()
    Image.new("RGB", (width, height), "#7d9a5c").save(file, "PNG")
    file.seek(0)
    return file


def photo(seed: int = 0, width: int = 1600, height: int = 900) -> BytesIO:
    """Return a JPEG as heavy as a photo of leaves: noise of four grains over each other."""
    chance = random.Random(seed)
    mixed = Image.new("RGB", (width, height), "#7d9a5c")
    for grain, share in ((8, 0.5), (32, 0.4), (128, 0.3), (400, 0.2)):
        rows = grain * height // width
        noise = Image.frombytes("RGB", (grain, rows), chance.randbytes(3 * grain * rows))
        mixed = Image.blend(mixed, noise.resize((width, height), Image.Resampling.BICUBIC), share)
    file = BytesIO()
    mixed.save(file, "JPEG", quality=90)
    file.seek(0)
    return file


def busy_photo(seed: int = 0, width: int = 1600, height: int = 900) -> BytesIO:
    """Return a JPEG that weighs as much as any: each point of a small rendition has its own colour."""
    noise = Image.frombytes("RGB", (480, 270), random.Random(seed).randbytes(3 * 480 * 270))
    file = BytesIO()
    noise.resize((width, height), Image.Resampling.BICUBIC).save(file, "JPEG", quality=90)
    file.seek(0)
    return file
