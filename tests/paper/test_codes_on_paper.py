"""Phones read the code on each paper: at 150 dots an inch, in black and white, from a photocopy.

All sheets of the product are found by themselves (`tests/paper/papers.py`). `make test` renders each sheet once;
`make soak` tries all copies.
"""

from functools import cache

import pytest
import zxingcpp
from PIL import Image

from academy.paper.sheets import Sheet
from tests.paper import copies, papers
from tests.paper.printing import printed
from tests.paper.reading import pages, picture

pytestmark = pytest.mark.slow

DPI = 150


@cache
def _samples() -> dict[str, tuple[Sheet, list[str]]]:
    return {name: (sheet, addresses) for name, sheet, addresses in papers.samples()}


@cache
def _pictures(name: str) -> list[Image.Image]:
    pdf = printed(_samples()[name][0])
    return [picture(pdf, page=page, dpi=DPI) for page in range(len(pages(pdf)))]


def unread(name: str, copy: copies.Copy) -> set[str]:
    """Return the addresses of the sheet that are not read from such a copy of its pages.

    A code that is missed among many is looked at alone, as a phone does.
    """
    missed = set(_samples()[name][1])
    for page in _pictures(name):
        missed -= {code.text for code in _codes(copy(page.copy()))}
    for page in _pictures(name) if missed else ():
        for code in _codes(page):
            if code.text in missed and code.text in {one.text for one in _codes(copy(_around(page, code)))}:
                missed.remove(code.text)
    return missed


def _codes(page: Image.Image) -> list[zxingcpp.Barcode]:
    return list(zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCode))


def _around(page: Image.Image, code: zxingcpp.Barcode) -> Image.Image:
    """Return the code with a third of its side around it."""
    corners = (code.position.top_left, code.position.bottom_right)
    margin = (corners[1].x - corners[0].x) // 3
    return page.crop((corners[0].x - margin, corners[0].y - margin, corners[1].x + margin, corners[1].y + margin))


NAMES = [name for name, _sheet, _addresses in papers.samples()]


def test_all_sheets_are_found() -> None:
    assert {
        "PosterSheet",
        "RosterSheet",
        "CardsSheet",
        "BadgesSheet",
        "RotaSheet",
        "HandOutSheet",
        "DesignedSheet",
    } < set(NAMES)
    assert len(NAMES) >= 17
    assert all(addresses for _sheet, addresses in _samples().values())


@pytest.mark.parametrize("name", NAMES)
def test_each_code_is_read_in_black_and_white_and_from_a_photocopy(name: str) -> None:
    for copy in (copies.black_and_white, copies.photocopied):
        assert not unread(name, copy), copy.__name__


@pytest.mark.soak
@pytest.mark.parametrize("copy", copies.ALL, ids=lambda copy: copy.__name__)
@pytest.mark.parametrize("name", NAMES)
def test_each_code_is_read_from_every_copy(name: str, copy: copies.Copy) -> None:
    assert not unread(name, copy)
