"""Phones read our codes, on screens and on paper."""

import re

import pytest
import qrcode
from hypothesis import given, settings
from hypothesis import strategies as st

from academy.paper.codes import QUIET_ZONE, qr_svg

ADDRESS = "HTTPS://ACADEMY.EXAMPLE.ORG/C/7K3M9QXA2B4/"


def side_of(svg: str) -> int:
    match = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    assert match
    assert match[1] == match[2]
    return int(match[1])


def dark_modules(svg: str) -> set[tuple[int, int]]:
    return {
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", svg)
        for step in range(int(length))
    }


@given(st.text(alphabet="0123456789ABCDEFGHJKMNPQRSTVWXYZ/:.-", min_size=1, max_size=60))
@settings(max_examples=40, deadline=None)
def test_the_strokes_cover_exactly_the_dark_modules_of_the_code(text: str):
    svg = qr_svg(text, level="Q")
    reference = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_Q, border=QUIET_ZONE, mask_pattern=0)
    reference.add_data(text, optimize=0)
    expected = {(x, y) for y, row in enumerate(reference.get_matrix()) for x, dark in enumerate(row) if dark}
    assert dark_modules(svg) == expected
    assert side_of(svg) == len(reference.get_matrix())


def test_four_modules_around_the_code_stay_white():
    svg = qr_svg(ADDRESS)
    side = side_of(svg)
    for x, y in dark_modules(svg):
        assert QUIET_ZONE <= x < side - QUIET_ZONE
        assert QUIET_ZONE <= y < side - QUIET_ZONE
    assert f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/>' in svg


def test_an_upper_case_address_makes_a_coarser_code():
    assert side_of(qr_svg(ADDRESS, level="Q")) < side_of(qr_svg(ADDRESS.lower(), level="Q"))


def test_a_poster_address_fits_version_four_at_level_m():
    assert side_of(qr_svg(ADDRESS, level="M")) - 2 * QUIET_ZONE <= 33


@pytest.mark.parametrize("text", ["<script>", '" onload="x'])
def test_the_text_itself_does_not_stand_in_the_picture(text: str):
    assert text not in qr_svg(text)
