"""Read PDFs as a person and a scanner do."""

from io import BytesIO
from math import dist
from random import Random
from typing import NamedTuple

import pypdfium2 as pdfium
import zxingcpp
from PIL import Image, ImageChops, ImageFilter

POINTS_PER_INCH = 72


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page without spaces: line breaks do not matter."""
    with pdfium.PdfDocument(pdf) as document:
        return ["".join(page.get_textpage().get_text_bounded().split()) for page in document]


def picture(pdf: bytes, *, page: int = 0, dpi: int) -> Image.Image:
    with pdfium.PdfDocument(pdf) as document:
        return document[page].render(scale=dpi / POINTS_PER_INCH).to_pil().convert("L")


def scanned(page: Image.Image) -> Image.Image:
    """Return the page as a worn office scanner sends it: askew, blurred, grey, noisy, a JPEG."""
    page = page.rotate(1.5, resample=Image.Resampling.BICUBIC, fillcolor=255)
    page = page.filter(ImageFilter.GaussianBlur(0.5)).point([50 + level * 175 // 255 for level in range(256)])
    page = ImageChops.add(page, _noise(page.size), offset=-128)
    saved = BytesIO()
    page.save(saved, "JPEG", quality=50)
    return Image.open(saved)


def _noise(size: tuple[int, int]) -> Image.Image:
    """Return grey noise around 128, the same in each run."""
    dice, side = Random(1), 256
    levels = bytes(min(255, max(0, round(dice.gauss(128, 12)))) for _pixel in range(side * side))
    tile, noise = Image.frombytes("L", (side, side), levels), Image.new("L", size)
    for left in range(0, size[0], side):
        for top in range(0, size[1], side):
            noise.paste(tile, (left, top))
    return noise


def codes(pdf: bytes, *, page: int = 0, dpi: int) -> list[zxingcpp.Barcode]:
    return list(zxingcpp.read_barcodes(picture(pdf, page=page, dpi=dpi), formats=zxingcpp.BarcodeFormat.QRCode))


def width_in_mm(code: zxingcpp.Barcode, *, dpi: int) -> float:
    """Return the width of the code without its quiet zone."""
    return float(code.position.top_right.x - code.position.top_left.x) / dpi * 25.4


def codes_in_reading_order(content: bytes) -> list[zxingcpp.Barcode]:
    found = codes(content, dpi=150)
    return sorted(found, key=lambda code: (code.position.top_left.y // 100, code.position.top_left.x))


def margins_are_white(content: bytes, *, page: int = 0) -> bool:
    """Return whether the 5 mm along the paper's edges are white."""
    dpi = 72
    image = picture(content, page=page, dpi=dpi)
    edge = round(5 / 25.4 * dpi)
    width, height = image.size
    strips = [
        (0, 0, width, edge),
        (0, height - edge, width, height),
        (0, 0, edge, height),
        (width - edge, 0, width, height),
    ]
    return all(image.crop(strip).getextrema() == (255, 255) for strip in strips)


def is_a4(content: bytes) -> bool:
    with pdfium.PdfDocument(content) as document:
        return [round(length) for length in document[0].get_size()] == [595, 842]


def places(pdf: bytes) -> dict[str, list[tuple[float, float]]]:
    """Return the places of each letter, in points."""
    found: dict[str, list[tuple[float, float]]] = {}
    with pdfium.PdfDocument(pdf) as document:
        text = document[0].get_textpage()
        for number in range(text.count_chars()):
            left, bottom, *_ = text.get_charbox(number)
            found.setdefault(text.get_text_range(number, 1), []).append((left, bottom))
    return {letter: where for letter, where in found.items() if letter.strip()}


def assert_look_alike(one: bytes, other: bytes) -> None:
    here, there = places(one), places(other)
    assert {letter: len(where) for letter, where in here.items()} == {
        letter: len(where) for letter, where in there.items()
    }
    for letter, where in here.items():
        for place in where:
            assert min(dist(place, other_place) for other_place in there[letter]) < 0.3
    # The pictures also compare lines, title and code.
    darker = ImageChops.difference(picture(one, dpi=100), picture(other, dpi=100)).histogram()[128:]
    assert sum(darker) < 50


class Box(NamedTuple):
    """The place of a letter on its page, in millimetres from the page's top left corner."""

    letter: str
    left: float
    top: float
    right: float
    bottom: float
    size: float  # of its type, in points


def boxes(pdf: bytes, *, page: int = 0) -> list[Box]:
    """Return the box of each letter that is printed."""
    millimetre = POINTS_PER_INCH / 25.4
    found = []
    with pdfium.PdfDocument(pdf) as document:
        height, text = document[page].get_height(), document[page].get_textpage()
        for number in range(text.count_chars()):
            letter = text.get_text_range(number, 1)
            left, bottom, right, top = text.get_charbox(number)
            if letter.strip() and right > left:
                size = pdfium.raw.FPDFText_GetFontSize(text, number)
                sides = (left, height - top, right, height - bottom)
                found.append(Box(letter, *(side / millimetre for side in sides), size))
    return found
