"""Borders of papers, drawn as SVG: lines that a cheap printer prints in black and white as well."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

RED, _GOLD = "#9b1b1b", "#9a7b35"
_CORNER = "M0 17V0H17V12.6H4.4V4.4H12.6V8.5H8.5"  # one corner of the fret (回纹), 17 mm wide
_EDGE, _FRET = 9.0, 14.5  # mm from the paper's edge: lasers leave 5 mm blank


def frame(border: str, *, is_landscape: bool) -> SafeString:
    """Return the frame of a whole A4 page in millimetres; empty for a letter, which has none."""
    width, height = (297, 210) if is_landscape else (210, 297)
    if border == "letter":
        return SafeString("")
    drawing = _double(width, height) if border == "double" else _fret(width, height)
    return format_html('<svg class="frame" viewBox="0 0 {} {}">{}</svg>', width, height, drawing)


def _rectangle(inset: float, width: int, height: int, colour: str, stroke: float) -> SafeString:
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="none" stroke="{}" stroke-width="{}"/>',
        inset,
        inset,
        width - 2 * inset,
        height - 2 * inset,
        colour,
        stroke,
    )


def _double(width: int, height: int) -> SafeString:
    return _rectangle(10, width, height, "#000", 0.9) + _rectangle(11.6, width, height, "#000", 0.3)


def _fret(width: int, height: int) -> SafeString:
    ends = _FRET + 17 + 2.5
    lines = [
        (ends, _FRET, width - ends, _FRET),
        (ends, height - _FRET, width - ends, height - _FRET),
        (_FRET, ends, _FRET, height - ends),
        (width - _FRET, ends, width - _FRET, height - ends),
    ]
    corners = [
        (x, y, turn_x, turn_y)
        for x, turn_x in ((_FRET, 1), (width - _FRET, -1))
        for y, turn_y in ((_FRET, 1), (height - _FRET, -1))
    ]
    return (
        _rectangle(_EDGE, width, height, RED, 1.6)
        + _rectangle(_EDGE + 2.2, width, height, _GOLD, 0.4)
        + format_html_join(
            "",
            '<path d="{}" transform="translate({} {}) scale({} {})" fill="none" stroke="{}" stroke-width="1.1"/>',
            ((_CORNER, *corner, RED) for corner in corners),
        )
        + format_html_join(
            "",
            '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="0.6"/>',
            ((*line, _GOLD) for line in lines),
        )
    )
