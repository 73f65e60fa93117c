"""Codes that phones read, as pictures of vector rectangles: the same for screens and for paper."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final, Literal

import qrcode
from django.utils.safestring import SafeString, mark_safe

Level = Literal["M", "Q"]

# Readers need four blank modules on every side (ISO/IEC 18004).
QUIET_ZONE: Final = 4
# Every mask can be read. Trying all eight for the best one takes four fifths of the time.
_MASK: Final = 0
_LEVELS: Final[dict[Level, int]] = {
    "M": qrcode.ERROR_CORRECT_M,  # 15 % may be lost: screens
    "Q": qrcode.ERROR_CORRECT_Q,  # 25 %: paper, which is folded, stamped and copied
}


def qr_matrix(text: str, level: Level) -> list[list[bool]]:
    """Return the modules of the code of `text`, row by row with its quiet zone; dark ones are true."""
    code = qrcode.QRCode(error_correction=_LEVELS[level], border=QUIET_ZONE, mask_pattern=_MASK)
    code.add_data(text, optimize=0)
    code.make()
    matrix: list[list[bool]] = code.get_matrix()
    return matrix


def dark_runs(matrix: list[list[bool]]) -> Iterator[tuple[int, int, int]]:
    """Yield (x, y, length) of neighbouring dark modules in a row: half as many as single modules."""
    for y, row in enumerate(matrix):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                yield x, y, length
            x += length


def qr_svg(text: str, *, level: Level = "M") -> SafeString:
    """Return the code of `text` as an SVG picture with its quiet zone, always black on white.

    The picture has no size: set it in CSS. An upper-case address makes a coarser code (alphanumeric mode), which scans
    from further away.
    """
    matrix = qr_matrix(text, level)
    side = len(matrix)
    strokes = "".join(f"M{x} {y}.5h{length}" for x, y, length in dark_runs(matrix))
    # Safe: the picture has only numbers, not `text` itself.
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 {side} {side}"'
        f' shape-rendering="crispEdges" aria-hidden="true" focusable="false">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path stroke="#000" d="{strokes}"/></svg>'
    )
