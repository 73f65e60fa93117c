"""Phones read the code on each paper: at 150 dots an inch, in black and white, from a photocopy."""

from collections.abc import Callable
from io import BytesIO
from random import Random

import pytest
import zxingcpp
from PIL import Image, ImageEnhance, ImageFilter

from academy.certificates.office_sheets import ReceiptLine, ReceiptSheet, Telephone, WallSheet
from academy.paper.sheets import Sheet
from tests.certificates.samples import certificate
from tests.paper.printing import printed
from tests.paper.reading import pages, picture, scanned

pytestmark = pytest.mark.slow

URL = "HTTPS://ACADEMY.EXAMPLE.ORG/VERIFY/7K3M9QXA2B4C5D6E/"
LINE = ReceiptLine(
    index="1",
    number="ZM01-2026-000123",
    name="王*英",
    hours="38.5",
    period="2026年1月1日至2026年11月30日",
    issuer="银杏里社区志愿服务队",
    finding="有效",
)
# A new kind of paper with a code gets its line here.
PAPERS: dict[str, Callable[[], Sheet]] = {
    "certificate": lambda: certificate(verify_url=URL),
    "certificate with a document": lambda: certificate(
        verify_url=URL, document_type="居民身份证", document_number="34052419800101001X", remark="用于积分入户。"
    ),
    "certificate of many pages": lambda: certificate(rows=40, verify_url=URL, anchor="y:41:9f2c0a1b2c3d4e5f"),
    "receipt": lambda: ReceiptSheet(
        checked_at="2026年3月1日 9:05",
        count="30",
        sums=("有效 30",),
        lines=(LINE,) * 30,
        has_numbers_alone="",
        verify_url=URL,
        verify_address="academy.example.org/verify/",
        verify_code="7K3M-9QXA-2B4C-5D6E",
    ),
    "sheet for the wall": lambda: WallSheet(
        verify_url=URL,
        verify_address="academy.example.org/verify/",
        many_address="academy.example.org/verify/many/",
        telephones=(Telephone(issuer="银杏里社区志愿服务队", telephone="010-6666 8888"),),
        printed_on="2026年3月1日",
    ),
}


def black_and_white(page: Image.Image) -> Image.Image:
    """Return the page as a laser printer or a fax has it."""
    return page.point([255 * (level > 127) for level in range(256)])


def pale(page: Image.Image) -> Image.Image:
    """Return the page as a printer without much toner prints it."""
    return page.point([90 + level * 165 // 255 for level in range(256)])


def photocopied(page: Image.Image) -> Image.Image:
    """Return a copy of a copy: askew, blurred, with specks and too much contrast."""
    dice = Random(3)
    copy = page
    for angle in (0.8, -1.7):
        copy = copy.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255)
        copy = ImageEnhance.Contrast(copy.filter(ImageFilter.GaussianBlur(0.7))).enhance(1.6)
        for _speck in range(500):
            copy.putpixel((dice.randrange(copy.width), dice.randrange(copy.height)), dice.choice([0, 255]))
    saved = BytesIO()
    copy.save(saved, "JPEG", quality=60)
    return Image.open(saved)


def plain(page: Image.Image) -> Image.Image:
    return page


@pytest.mark.parametrize("copy", [plain, black_and_white, pale, scanned, photocopied], ids=lambda copy: copy.__name__)
@pytest.mark.parametrize("paper", PAPERS)
def test_the_code_is_read_from_every_copy(paper: str, copy: Callable[[Image.Image], Image.Image]) -> None:
    pdf = printed(PAPERS[paper]())
    page = picture(pdf, page=len(pages(pdf)) - 1, dpi=150)
    found = zxingcpp.read_barcodes(copy(page), formats=zxingcpp.BarcodeFormat.QRCode)
    assert [code.text for code in found] == [URL]
