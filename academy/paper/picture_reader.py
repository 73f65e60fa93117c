"""A reader of the codes on strangers' photos: a process of its own, with limits and without secrets.

`python -I picture_reader.py < photo.jpg` writes one line of JSON. It imports no other module of ours.
"""

import json
import resource
import sys
from collections.abc import Iterable
from io import BytesIO
from math import dist
from typing import Any, BinaryIO

import zxingcpp
from PIL import Image, UnidentifiedImageError
from pillow_heif import register_heif_opener

FORMATS = ["JPEG", "PNG", "WEBP", "HEIF"]
MOST_PIXELS = 60_000_000  # phones of today take 50 million
MOST_CODES = 100
MOST_LETTERS = 300  # of a code
_MEMORY = 1_500_000_000  # bytes of address space
_SECONDS = 15  # of a processor
_SQUARE = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)

register_heif_opener()


def read(content: bytes) -> dict[str, Any]:
    """Return the texts of the codes on a photo, and the number of codes too damaged to read.

    `fault` says why the photo cannot be opened.
    """
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return {"fault": "large"}
            grey = opened.convert("L")
    except Image.DecompressionBombError:
        return {"fault": "large"}
    except UnidentifiedImageError:
        return {"fault": "format"}
    except (ArithmeticError, LookupError, OSError, RuntimeError, SyntaxError, ValueError):
        return {"fault": "broken"}
    found = zxingcpp.read_barcodes(grey, formats=_SQUARE, return_errors=True)[:MOST_CODES]
    texts = [one.text[:MOST_LETTERS] for one in found if one.valid]
    return {"fault": "", "texts": texts, "damaged": _places(one.position for one in found if not one.valid)}


def _places(positions: Iterable[Any]) -> int:
    """Return the number of places: a damaged code is taken for several kinds of code at once."""
    places: list[tuple[float, float, float]] = []
    for one in positions:
        corners = (one.top_left, one.top_right, one.bottom_left, one.bottom_right)
        x, y = sum(corner.x for corner in corners) / 4, sum(corner.y for corner in corners) / 4
        side = dist((one.top_left.x, one.top_left.y), (one.bottom_right.x, one.bottom_right.y))
        if all(dist((x, y), (left, top)) > max(side, other) for left, top, other in places):
            places.append((x, y, side))
    return len(places)


def main(source: BinaryIO, sink: BinaryIO) -> None:
    """Read the photo from `source` within limits, and write what it shows."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file
    sink.write(json.dumps(read(source.read())).encode())


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
