"""What a reader and a scanner make of a PDF."""

import pypdfium2 as pdfium
import zxingcpp
from PIL import Image

POINTS_PER_INCH = 72


def pages(pdf: bytes) -> list[str]:
    """The text of each page without blanks: where a line breaks says nothing."""
    with pdfium.PdfDocument(pdf) as document:
        return ["".join(page.get_textpage().get_text_bounded().split()) for page in document]


def picture(pdf: bytes, *, page: int = 0, dpi: int) -> Image.Image:
    with pdfium.PdfDocument(pdf) as document:
        return document[page].render(scale=dpi / POINTS_PER_INCH).to_pil().convert("L")


def codes(pdf: bytes, *, page: int = 0, dpi: int) -> list[zxingcpp.Barcode]:
    return list(zxingcpp.read_barcodes(picture(pdf, page=page, dpi=dpi), formats=zxingcpp.BarcodeFormat.QRCode))


def width_in_mm(code: zxingcpp.Barcode, *, dpi: int) -> float:
    """Without the quiet zone."""
    return float(code.position.top_right.x - code.position.top_left.x) / dpi * 25.4
